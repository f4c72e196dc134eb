import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEvidence, verifyEvidence } from '@minipolis/city'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCity } from '../src/city/index.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

let server: PostgresServer
let folder: string
let databaseUrl: string
const database = `minipolis_city_${process.pid}`

beforeAll(async () => {
  server = await startPostgres()
  folder = mkdtempSync(join(tmpdir(), 'minipolis-city-pg-'))
  const sql = postgres(server.url)
  await sql.unsafe(`create database ${database}`)
  await sql.end()
  const url = new URL(server.url)
  url.pathname = `/${database}`
  databaseUrl = url.href
}, 120_000)
afterAll(async () => {
  const sql = postgres(server.url)
  await sql.unsafe(`drop database if exists ${database} with (force)`)
  await sql.end()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const open = () =>
  openCity(
    { folder: join(folder, 'city'), databaseUrl, anchorEveryMs: 0 },
    {
      now: Date.now,
      randomBytes: (size) => new Uint8Array(randomBytes(size)),
      onError: (error) => {
        throw error
      },
    },
  )

test('a whole city runs on PostgreSQL: readings in, logged, anchored, proven; all there after a restart', async () => {
  const first = await open()
  const readings = [1, 2, 3].map((i) => ({ timeMs: Date.UTC(2026, 0, i), value: `${i}.0` }))
  const result = await first.city.gateway.append([{ stream: 'bin/7', unit: '%', kind: 'number', readings }])
  expect(result).toEqual({ accepted: 3, duplicate: 0, quarantined: 0 })
  expect(await first.settle()).toBe(true)
  await first.close()

  const second = await open()
  const verdict = verifyEvidence(formatEvidence(await second.city.evidence({ stream: 'bin/7', first: 2 })))
  expect(verdict).toMatchObject({ intact: true, complete: true, state: 'anchored' })
  const again = await second.city.gateway.append([{ stream: 'bin/7', unit: '%', kind: 'number', readings }])
  expect(again).toEqual({ accepted: 0, duplicate: 3, quarantined: 0 })
  await second.close()
})
