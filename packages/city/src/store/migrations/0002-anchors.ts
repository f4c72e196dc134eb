import type { Migration } from './migration.ts'

/** What the anchorer remembers. */
export const anchors: Migration = {
  name: '0002-anchors',
  async up({ schema }, type) {
    await schema
      .createTable('anchor')
      .addColumn('serial', type.position, (c) => c.primaryKey())
      .addColumn('size', type.integer, (c) => c.notNull())
      .addColumn('state', type.text, (c) => c.notNull())
      .addColumn('due', type.integer)
      .addColumn('text', type.text, (c) => c.notNull())
      .execute()
    await schema.createIndex('anchor_size').on('anchor').columns(['size', 'serial']).execute()
    await schema.createIndex('anchor_due').on('anchor').column('due').execute()
    await schema
      .createTable('anchor_note')
      .addColumn('name', type.text, (c) => c.primaryKey())
      .addColumn('value', type.text, (c) => c.notNull())
      .execute()
  },
}
