import type { Migration } from './migration.ts'

/** Devices, credentials, streams, packs, readings, the log, quarantine. */
export const records: Migration = {
  name: '0001-records',
  async up(db, type) {
    const { schema } = db
    await schema
      .createTable('device')
      .addColumn('id', type.text, (c) => c.primaryKey())
      .addColumn('label', type.text)
      .addColumn('enrolled_ms', type.integer, (c) => c.notNull())
      .execute()

    await schema
      .createTable('credential')
      .addColumn('key_id', type.text, (c) => c.primaryKey())
      .addColumn('device', type.text, (c) => c.notNull().references('device.id'))
      .addColumn('public_key', type.bytes, (c) => c.notNull())
      .addColumn('not_before_ms', type.integer, (c) => c.notNull())
      .addColumn('not_after_ms', type.integer)
      .addColumn('revoked_ms', type.integer)
      .addColumn('revoked_reason', type.text)
      .addColumn('text', type.text, (c) => c.notNull())
      .execute()
    await schema.createIndex('credential_device').on('credential').columns(['device', 'not_before_ms']).execute()

    await schema
      .createTable('stream')
      .addColumn('no', type.counter, (c) => c.primaryKey())
      .addColumn('id', type.text, (c) => c.notNull().unique())
      .addColumn('device', type.text, (c) => c.notNull().references('device.id'))
      .addColumn('unit', type.text, (c) => c.notNull())
      .addColumn('kind', type.text, (c) => c.notNull())
      .addColumn('zone', type.text)
      .addColumn('label', type.text)
      .addColumn('history', type.integer, (c) => c.notNull())
      .addColumn('personal', type.integer, (c) => c.notNull())
      .addColumn('properties', type.text, (c) => c.notNull())
      .addColumn('created_ms', type.integer, (c) => c.notNull())
      .execute()

    await schema
      .createTable('stream_head')
      .addColumn('stream_no', type.position, (c) => c.primaryKey().references('stream.no'))
      .addColumn('readings', type.integer, (c) => c.notNull())
      .addColumn('last_sequence', type.integer, (c) => c.notNull())
      .addColumn('last_index', type.integer, (c) => c.notNull())
      .addColumn('last_pack', type.bytes, (c) => c.notNull())
      .addColumn('first_time_ms', type.integer, (c) => c.notNull())
      .addColumn('last_time_ms', type.integer, (c) => c.notNull())
      .execute()

    await schema
      .createTable('pack')
      .addColumn('log_first', type.position, (c) => c.primaryKey())
      .addColumn('stream_no', type.integer, (c) => c.notNull().references('stream.no'))
      .addColumn('first', type.integer, (c) => c.notNull())
      .addColumn('count', type.integer, (c) => c.notNull())
      .addColumn('id', type.bytes, (c) => c.notNull())
      .addColumn('header', type.text, (c) => c.notNull())
      .addColumn('signature', type.bytes, (c) => c.notNull())
      .addColumn('received_ms', type.integer, (c) => c.notNull())
      .execute()
    await schema.createIndex('pack_stream').on('pack').columns(['stream_no', 'first']).unique().execute()

    await schema
      .createTable('reading')
      .addColumn('log_index', type.position, (c) => c.primaryKey())
      .addColumn('stream_no', type.integer, (c) => c.notNull())
      .addColumn('sequence', type.integer, (c) => c.notNull())
      .addColumn('time_ms', type.integer, (c) => c.notNull())
      .addColumn('value', type.text)
      .addColumn('quality', type.text)
      .addColumn('received_time', type.text)
      .addColumn('received_zone', type.text)
      .addColumn('note', type.text)
      .addColumn('commitment', type.text)
      .execute()
    await schema.createIndex('reading_time').on('reading').columns(['stream_no', 'time_ms']).execute()

    await schema
      .createTable('log_head')
      .addColumn('no', type.position, (c) => c.primaryKey())
      .addColumn('size', type.integer, (c) => c.notNull())
      .addColumn('root', type.bytes, (c) => c.notNull())
      .execute()
    await schema
      .createTable('tile')
      .addColumn('level', type.integer, (c) => c.notNull())
      .addColumn('position', type.integer, (c) => c.notNull())
      .addColumn('hashes', type.bytes, (c) => c.notNull())
      .addPrimaryKeyConstraint('tile_key', ['level', 'position'])
      .execute()
    await schema
      .createTable('checkpoint')
      .addColumn('size', type.position, (c) => c.primaryKey())
      .addColumn('root', type.bytes, (c) => c.notNull())
      .addColumn('text', type.text, (c) => c.notNull())
      .addColumn('time_ms', type.integer, (c) => c.notNull())
      .execute()

    await schema
      .createTable('quarantine')
      .addColumn('no', type.counter, (c) => c.primaryKey())
      .addColumn('time_ms', type.integer, (c) => c.notNull())
      .addColumn('code', type.text, (c) => c.notNull())
      .addColumn('detail', type.text, (c) => c.notNull())
      .addColumn('door', type.text, (c) => c.notNull())
      .addColumn('device', type.text)
      .addColumn('stream', type.text)
      .addColumn('size', type.integer, (c) => c.notNull())
      .addColumn('payload', type.bytes, (c) => c.notNull())
      .execute()
  },
}
