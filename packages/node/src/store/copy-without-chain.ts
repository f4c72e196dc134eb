import { Database } from './database.ts'
import { textOf } from './row.ts'
import { LOCKED_PHRASE } from './setting-store.ts'

/** Tables that follow from a chain, or belong to one. */
const CHAIN_TABLES: ReadonlySet<string> = new Set([
  'block',
  'listed',
  'txpow',
  'root',
  'cascade',
  'relevant',
  'imported_coin',
  'mega_mmr',
  'mega_node',
  'mega_coin',
  'mega_lookup',
])
/** Tables that follow from a seed phrase. Scripts of keys do too; others stay. */
const SEED_TABLES: ReadonlySet<string> = new Set(['seed', 'key', 'key_node', 'watched_coin'])

export interface CopyOptions {
  /** Leave out the seed with its keys and their scripts. */
  readonly withoutSeed: boolean
}

/**
 * Makes a new database with all that another has but its chain: wallet, settings, messaging.
 *
 * @param file path of the new database, where none is yet
 * @throws NodeError of the store
 */
export function copyWithoutChain(source: Database, file: string, { withoutSeed }: CopyOptions): void {
  const network = textOf(source.get("SELECT value FROM meta WHERE name = 'network'")!, 'value')
  const tables = source
    .all("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'meta'")
    .map((row) => ({ name: textOf(row, 'name'), sql: textOf(row, 'sql') }))
    .filter(({ name }) => !CHAIN_TABLES.has(name) && !(withoutSeed && SEED_TABLES.has(name)))
  const made = new Database({ file, network })
  try {
    for (const { name, sql } of tables) {
      if (made.get('SELECT 1 FROM sqlite_schema WHERE name = ?', name) === undefined) made.run(sql)
    }
  } finally {
    made.close()
  }
  source.run('ATTACH ? AS copy', file)
  try {
    source.transact(() => {
      for (const { name } of tables) source.run(`INSERT INTO copy."${name}" SELECT * FROM main."${name}"`)
      if (!withoutSeed) return
      source.run('DELETE FROM copy.script WHERE public_key IS NOT NULL')
      source.run('DELETE FROM copy.setting WHERE name = ?', LOCKED_PHRASE)
    })
  } finally {
    source.run('DETACH copy')
  }
}
