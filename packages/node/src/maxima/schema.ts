/**
 * Tables of messaging in the node's database. Keys and messages are raw bytes, keys of contacts hex, as they travel. Whoever
 * reads `maxima_key` and `maxima_host` can read and sign messages in this node's name.
 */
export const MAXIMA_SCHEMA: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS maxima_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',

  `CREATE TABLE IF NOT EXISTS maxima_key (
    name TEXT PRIMARY KEY, public_key BLOB NOT NULL, private_key BLOB NOT NULL
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE IF NOT EXISTS maxima_host (
    address TEXT PRIMARY KEY, public_key BLOB NOT NULL, private_key BLOB NOT NULL, seen_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE IF NOT EXISTS maxima_contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_key TEXT NOT NULL UNIQUE,
    my_address TEXT NOT NULL,
    seen_ms INTEGER NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    icon TEXT NOT NULL,
    minima_address TEXT NOT NULL,
    top_block TEXT NOT NULL,
    check_block TEXT NOT NULL,
    check_hash TEXT NOT NULL,
    location_service TEXT NOT NULL
  ) STRICT`,

  // Exactly one of contact and address is set.
  `CREATE TABLE IF NOT EXISTS maxima_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    contact TEXT,
    address TEXT,
    application TEXT NOT NULL,
    data BLOB NOT NULL,
    random BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    wants_receipt INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX IF NOT EXISTS maxima_queue_due ON maxima_queue (next_ms)',

  // The ids under which a queued message went out: it has another one for every address.
  `CREATE TABLE IF NOT EXISTS maxima_attempt (
    message BLOB PRIMARY KEY, queued INTEGER NOT NULL REFERENCES maxima_queue (id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS maxima_attempt_queued ON maxima_attempt (queued)',

  // Marks of the messages of the last day, so that none is handed to an application twice.
  `CREATE TABLE IF NOT EXISTS maxima_seen (
    mark BLOB PRIMARY KEY, seen_ms INTEGER NOT NULL, acknowledged INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS maxima_seen_age ON maxima_seen (seen_ms)',
]
