import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Database } from './database.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-store-'))
  file = join(folder, 'deep', 'node.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

const code = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'nothing thrown'
}

describe('the database of a node', () => {
  test('what was committed is there after closing and opening', () => {
    const first = new Database({ file, network: 'dev' })
    first.run('INSERT INTO meta VALUES (?, ?)', 'a', 'b')
    first.close()
    const second = new Database({ file, network: 'dev' })
    expect(second.get('SELECT value FROM meta WHERE name = ?', 'a')?.value).toBe('b')
    second.close()
  })

  test('a transaction that throws leaves nothing behind', () => {
    const database = new Database({ file: ':memory:', network: 'dev' })
    expect(() =>
      database.transact(() => {
        database.run('INSERT INTO meta VALUES (?, ?)', 'a', 'b')
        database.transact(() => database.run('INSERT INTO meta VALUES (?, ?)', 'c', 'd'))
        throw new TypeError('power cut')
      }),
    ).toThrow('power cut')
    expect(database.all('SELECT name FROM meta')).toEqual([{ name: 'network' }])
  })

  test('only its owner can read it, because it holds the seed', () => {
    new Database({ file, network: 'dev' }).close()
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('the file of another network is refused', () => {
    new Database({ file, network: 'test' }).close()
    expect(code(() => new Database({ file, network: 'dev' }))).toBe('wrong-network')
  })

  test('a file of another version is refused', () => {
    new Database({ file, network: 'dev' }).close()
    const raw = new DatabaseSync(file)
    raw.exec('PRAGMA user_version = 99')
    raw.close()
    expect(code(() => new Database({ file, network: 'dev' }))).toBe('wrong-version')
  })

  test('a file that is no database, or the database of another program, is refused and left alone', () => {
    new Database({ file, network: 'dev' }).close()
    writeFileSync(file, 'this is a letter to my aunt, not a database; it is longer than one header'.repeat(30))
    expect(code(() => new Database({ file, network: 'dev' }))).toBe('store-damaged')
    const other = join(folder, 'other.db')
    const raw = new DatabaseSync(other)
    raw.exec('CREATE TABLE mine (a)')
    raw.close()
    expect(code(() => new Database({ file: other, network: 'dev' }))).toBe('store-damaged')
  })

  test('a second process cannot open it', () => {
    const database = new Database({ file, network: 'dev' })
    const script = `
      import { Database } from ${JSON.stringify(new URL('./database.ts', import.meta.url).href)}
      try { new Database({ file: process.argv[1], network: 'dev' }); console.log('opened') } catch (e) { console.log(e.code) }`
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script, file], { encoding: 'utf8' })
    expect(answer.trim()).toBe('store-locked')
    database.close()
  })

  test('the journal of a large transaction shrinks again', () => {
    const database = new Database({ file, network: 'dev' })
    const journalBytes = () => statSync(`${file}-wal`).size
    database.transact(() => {
      for (let i = 0; i < 4000; i++) database.run('INSERT INTO meta VALUES (?, ?)', `row ${i}`, 'x'.repeat(1000))
    })
    expect(journalBytes()).toBeGreaterThan(4_000_000)
    for (let i = 0; i < 3; i++) database.run('INSERT INTO meta VALUES (?, ?)', `small ${i}`, 'x')
    expect(journalBytes()).toBeLessThanOrEqual(1 << 20)
    database.close()
  })

  test('a full disk is named, and what was stored before stays', () => {
    const database = new Database({ file, network: 'dev' })
    database.run('INSERT INTO seed VALUES (1, ?)', 'before')
    database.run('PRAGMA max_page_count = 40')
    const fill = () =>
      database.transact(() => {
        for (let i = 0; i < 1000; i++) database.run('INSERT INTO meta VALUES (?, ?)', `row ${i}`, 'x'.repeat(1000))
      })
    expect(code(fill)).toBe('disk-full')
    expect(code(fill)).toBe('disk-full')
    expect(database.get('SELECT count(*) AS rows FROM meta')?.rows).toBe(1)
    database.run('PRAGMA max_page_count = 4000')
    fill()
    expect(database.get('SELECT phrase FROM seed')?.phrase).toBe('before')
    database.close()
  })
})
