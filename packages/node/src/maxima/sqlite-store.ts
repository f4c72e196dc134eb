import type { Database } from '../store/index.ts'
import { bytesOf, numberOf, textOf } from '../store/row.ts'
import type { MaximaKey } from './rsa.ts'
import { MAXIMA_SCHEMA } from './schema.ts'
import type { Contact, MaximaStore, QueuedMessage } from './store.ts'

type Row = Parameters<typeof textOf>[0]
type Queue = Pick<
  MaximaStore,
  | 'enqueue'
  | 'queueLength'
  | 'queueBytes'
  | 'due'
  | 'nextDueMs'
  | 'queued'
  | 'setAttempt'
  | 'addAttemptId'
  | 'queuedAs'
  | 'dequeue'
>
type Contacts = Pick<
  MaximaStore,
  'contacts' | 'contactHeads' | 'contactCount' | 'contact' | 'setContact' | 'deleteContact'
>

/** Keeps messaging in the node's database; the tables are made when they are missing. @throws NodeError of the store */
export function createMaximaStore(database: Database): MaximaStore {
  database.transact(() => {
    for (const statement of MAXIMA_SCHEMA) database.run(statement)
  })
  return {
    setting(name) {
      const row = database.get('SELECT value FROM maxima_setting WHERE name = ?', name)
      return row && textOf(row, 'value')
    },
    setSetting(name, value) {
      database.run('INSERT OR REPLACE INTO maxima_setting VALUES (?, ?)', name, value)
    },
    key(name) {
      const row = database.get('SELECT public_key, private_key FROM maxima_key WHERE name = ?', name)
      return row && toKey(row)
    },
    setKey(name, { publicKey, privateKey }) {
      database.run('INSERT OR REPLACE INTO maxima_key VALUES (?, ?, ?)', name, publicKey, privateKey)
    },
    hosts: () =>
      database.all('SELECT * FROM maxima_host ORDER BY address').map((row) => ({
        address: textOf(row, 'address'),
        key: toKey(row),
        seenMs: numberOf(row, 'seen_ms'),
      })),
    setHost({ address, key, seenMs }) {
      const sql = 'INSERT OR REPLACE INTO maxima_host VALUES (?, ?, ?, ?)'
      database.run(sql, address, key.publicKey, key.privateKey, seenMs)
    },
    deleteHosts(seenBeforeMs) {
      database.run('DELETE FROM maxima_host WHERE seen_ms < ?', seenBeforeMs)
    },
    ...contacts(database),
    ...queue(database),
    seen(mark) {
      const row = database.get('SELECT acknowledged FROM maxima_seen WHERE mark = ?', mark)
      return row && { isAcknowledged: numberOf(row, 'acknowledged') === 1 }
    },
    addSeen(mark, nowMs) {
      database.run('INSERT OR IGNORE INTO maxima_seen VALUES (?, ?, 0)', mark, nowMs)
    },
    acknowledge(mark) {
      database.run('UPDATE maxima_seen SET acknowledged = 1 WHERE mark = ?', mark)
    },
    forgetSeen(beforeMs) {
      database.run('DELETE FROM maxima_seen WHERE seen_ms < ?', beforeMs)
    },
  }
}

const contacts = (database: Database): Contacts => ({
  contacts: () => database.all('SELECT * FROM maxima_contact ORDER BY id').map(toContact),
  contactHeads: () =>
    database.all('SELECT public_key, my_address, seen_ms FROM maxima_contact ORDER BY seen_ms DESC, id').map((row) => ({
      publicKey: textOf(row, 'public_key'),
      myAddress: textOf(row, 'my_address'),
      seenMs: numberOf(row, 'seen_ms'),
    })),
  contactCount: () => numberOf(database.get('SELECT count(*) AS count FROM maxima_contact')!, 'count'),
  contact(by) {
    const row =
      'id' in by
        ? database.get('SELECT * FROM maxima_contact WHERE id = ?', by.id)
        : database.get('SELECT * FROM maxima_contact WHERE public_key = ?', by.publicKey)
    return row && toContact(row)
  },
  setContact(contact) {
    database.run(
      `INSERT INTO maxima_contact (public_key, my_address, seen_ms, address, name, icon, minima_address, top_block,
         check_block, check_hash, location_service) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (public_key) DO UPDATE SET my_address = excluded.my_address, seen_ms = excluded.seen_ms,
         address = excluded.address, name = excluded.name, icon = excluded.icon, minima_address = excluded.minima_address,
         top_block = excluded.top_block, check_block = excluded.check_block, check_hash = excluded.check_hash,
         location_service = excluded.location_service`,
      contact.publicKey,
      contact.myAddress,
      contact.seenMs,
      contact.address,
      contact.name,
      contact.icon,
      contact.minimaAddress,
      contact.topBlock,
      contact.checkBlock,
      contact.checkHash,
      contact.locationService,
    )
  },
  deleteContact(id) {
    database.run('DELETE FROM maxima_contact WHERE id = ?', id)
  },
})

const queue = (database: Database): Queue => ({
  enqueue(message) {
    const [contact, address] = 'contact' in message.to ? [message.to.contact, null] : [null, message.to.address]
    const { lastRow } = database.run(
      `INSERT INTO maxima_queue (contact, address, application, data, random, created_ms, expires_ms, attempts, next_ms,
         wants_receipt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      contact,
      address,
      message.application,
      message.data,
      message.random,
      message.createdMs,
      message.expiresMs,
      message.attempts,
      message.nextMs,
      message.wantsReceipt ? 1 : 0,
    )
    return lastRow
  },
  queueLength: () => numberOf(database.get('SELECT count(*) AS count FROM maxima_queue')!, 'count'),
  queueBytes: () =>
    numberOf(database.get('SELECT coalesce(sum(length(data)), 0) AS bytes FROM maxima_queue')!, 'bytes'),
  due: (nowMs, most) =>
    database
      .all('SELECT * FROM maxima_queue WHERE next_ms <= ? ORDER BY next_ms, id LIMIT ?', nowMs, most)
      .map(toQueued),
  nextDueMs() {
    const row = database.get('SELECT next_ms FROM maxima_queue ORDER BY next_ms LIMIT 1')
    return row && numberOf(row, 'next_ms')
  },
  queued(id) {
    const row = database.get('SELECT * FROM maxima_queue WHERE id = ?', id)
    return row && toQueued(row)
  },
  setAttempt(id, { attempts, nextMs }) {
    database.run('UPDATE maxima_queue SET attempts = ?, next_ms = ? WHERE id = ?', attempts, nextMs, id)
  },
  addAttemptId(id, messageId) {
    database.run('INSERT OR IGNORE INTO maxima_attempt VALUES (?, ?)', messageId, id)
  },
  queuedAs(messageId) {
    const sql = `SELECT maxima_queue.* FROM maxima_attempt JOIN maxima_queue ON maxima_queue.id = maxima_attempt.queued
      WHERE message = ?`
    const row = database.get(sql, messageId)
    return row && toQueued(row)
  },
  dequeue(id) {
    database.run('DELETE FROM maxima_queue WHERE id = ?', id)
  },
})

const toKey = (row: Row): MaximaKey => ({
  publicKey: bytesOf(row, 'public_key'),
  privateKey: bytesOf(row, 'private_key'),
})

const toContact = (row: Row): Contact => ({
  id: numberOf(row, 'id'),
  publicKey: textOf(row, 'public_key'),
  myAddress: textOf(row, 'my_address'),
  seenMs: numberOf(row, 'seen_ms'),
  address: textOf(row, 'address'),
  name: textOf(row, 'name'),
  icon: textOf(row, 'icon'),
  minimaAddress: textOf(row, 'minima_address'),
  topBlock: textOf(row, 'top_block'),
  checkBlock: textOf(row, 'check_block'),
  checkHash: textOf(row, 'check_hash'),
  locationService: textOf(row, 'location_service'),
})

const toQueued = (row: Row): QueuedMessage => ({
  id: numberOf(row, 'id'),
  to: row.contact === null ? { address: textOf(row, 'address') } : { contact: textOf(row, 'contact') },
  application: textOf(row, 'application'),
  data: bytesOf(row, 'data'),
  random: bytesOf(row, 'random'),
  createdMs: numberOf(row, 'created_ms'),
  expiresMs: numberOf(row, 'expires_ms'),
  attempts: numberOf(row, 'attempts'),
  nextMs: numberOf(row, 'next_ms'),
  wantsReceipt: numberOf(row, 'wants_receipt') === 1,
})
