import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openStore } from '@minipolis/city'
import { afterAll, describe, expect, test } from 'vitest'
import { postgresEngine, sqliteEngine } from '../src/database/index.ts'
import { SqliteConnection } from '../src/database/sqlite-connection.ts'

const identity = { network: 'dev', origin: 'city.example/readings' }
const folder = mkdtempSync(join(tmpdir(), 'minipolis-database-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the SQLite engine', () => {
  test('refuses a file that is not a database', async () => {
    const path = join(folder, 'text.sqlite')
    writeFileSync(path, 'this is a letter, not a database\n'.repeat(100))
    await expect(openStore(sqliteEngine(path), identity)).rejects.toMatchObject({ code: 'store-damaged' })
  })

  test('refuses a database of another program and leaves it as it is', async () => {
    const path = join(folder, 'other.sqlite')
    const other = new DatabaseSync(path)
    other.exec('create table song (name text)')
    other.close()
    await expect(openStore(sqliteEngine(path), identity)).rejects.toMatchObject({ code: 'store-foreign' })
    const again = new DatabaseSync(path)
    expect(again.prepare('select name from sqlite_schema').all()).toEqual([{ name: 'song' }])
    again.close()
  })

  test('says that a folder which is not there cannot be opened', async () => {
    const path = join(folder, 'no', 'such', 'folder.sqlite')
    await expect(openStore(sqliteEngine(path), identity)).rejects.toMatchObject({ code: 'store-unreachable' })
  })

  test('makes a file that only its owner can read', async () => {
    const path = join(folder, 'private.sqlite')
    const store = await openStore(sqliteEngine(path), identity)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await store.close()
  })

  test('takes nothing more after the disk has failed at the end of a commit', async () => {
    const place = join(folder, 'failing.sqlite')
    const database = new DatabaseSync(place)
    // A rollback journal in place of the write-ahead log: there is no file to bring to the disk, as on a disk that is gone.
    database.exec('create table song (name text)')
    const connection = new SqliteConnection(() => database, place)
    await connection.begin()
    await expect(connection.commit()).rejects.toMatchObject({ code: 'store-unreachable' })
    expect(database.prepare('pragma synchronous').get()).toEqual({ synchronous: 2 })
    await expect(connection.begin()).rejects.toMatchObject({ code: 'store-unreachable' })
    connection.close()
  })

  test('says that it is closed', async () => {
    const store = await openStore(sqliteEngine(join(folder, 'closed.sqlite')), identity)
    await store.close()
    await store.close()
    await expect(store.meta('any')).rejects.toThrow()
  })
})

describe('the PostgreSQL engine', () => {
  test('names its place without user and password', () => {
    expect(postgresEngine('postgres://me:secret@db.example:5433/city').place).toBe('db.example:5433/city')
    expect(() => postgresEngine('secret nonsense')).toThrow('not of the form')
    expect(() => postgresEngine('secret nonsense')).not.toThrow('secret')
  })

  test('says that a server which is not there cannot be reached', async () => {
    const engine = postgresEngine('postgres://me@127.0.0.1:9/city')
    await expect(openStore(engine, identity)).rejects.toMatchObject({ code: 'store-unreachable' })
  })
})
