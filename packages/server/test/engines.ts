import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '@minipolis/city'
import postgres from 'postgres'
import { afterAll, beforeAll, describe } from 'vitest'
import { postgresEngine, sqliteEngine } from '../src/database/index.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

export interface TestEngines {
  /** An engine on an empty database of its own; opening the same name again reaches the same data. */
  engine(name: string): Engine
}

/** Runs one suite on every engine: a real SQLite file and a real PostgreSQL. */
export function describeEngines(name: string, suite: (engines: TestEngines) => void): void {
  describe(`${name} on SQLite`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'minipolis-store-'))
    afterAll(() => rmSync(folder, { recursive: true, force: true }))
    suite({ engine: (database) => sqliteEngine(join(folder, `${database}.sqlite`)) })
  })

  describe(`${name} on PostgreSQL`, () => {
    let server: PostgresServer
    // The same server may serve many runs when it is given: schemas of different runs must not meet.
    const run = `test_${process.pid}_${Date.now().toString(36)}`
    beforeAll(async () => {
      server = await startPostgres()
    }, 120_000)
    const schemas = new Set<string>()
    afterAll(async () => {
      if (!server) return
      const sql = postgres(server.url, { onnotice: () => undefined })
      for (const schema of schemas) await sql.unsafe(`drop schema if exists "${schema}" cascade`)
      await sql.end()
      await server.stop()
    })
    const engine = (database: string) => {
      const schema = `${run}_${database}`
      schemas.add(schema)
      return postgresEngine(server.url, schema)
    }
    suite({ engine })
  })
}
