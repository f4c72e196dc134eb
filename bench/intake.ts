import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Authority,
  CredentialBook,
  createMerkleHash,
  Intake,
  Log,
  openStore,
  PackSealer,
  PackSigner,
  Quarantine,
  type Reading,
  SqlLogStore,
  StreamRegister,
  signingKey,
} from '@minipolis/city'
import { nodeEd25519, nodeSha256, sqliteEngine } from '@minipolis/server'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about = 'readings through the intake: signed, checked, logged and durable, 207 streams of a week each'

const STREAMS = 207
const QUICK_STREAMS = 20
const READINGS_PER_STREAM = 2_016
const PACK_READINGS = 1_000
const START_MS = Date.UTC(2012, 2, 1, 8)
const STEP_MS = 5 * 60_000
const GOAL_PER_SECOND = 50_000

const week = (stream: number): Reading[] =>
  Array.from({ length: READINGS_PER_STREAM }, (_, step) => ({
    timeMs: START_MS + step * STEP_MS,
    value: `${((stream * 37 + step * 61) % 70_000) / 1_000}`,
    received: { time: `row ${step}`, zone: 'America/Los_Angeles' },
  }))

export async function run(report: Report, { quick }: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  try {
    await intoFresh(join(folder, 'city.sqlite'), quick ? QUICK_STREAMS : STREAMS, report)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function intoFresh(path: string, streamCount: number, report: Report): Promise<void> {
  const now = Date.now
  const merkle = createMerkleHash(nodeSha256)
  const sealer = new PackSealer(nodeSha256, merkle)
  const key = signingKey(new Uint8Array(32).fill(1), nodeEd25519)
  const store = await openStore(sqliteEngine(path), { network: 'dev', origin: 'bench' })
  const credentials = new CredentialBook(store, new Authority(key, nodeEd25519), now)
  const streams = new StreamRegister(store, now)
  const mark = { read: async () => undefined, write: async () => undefined }
  const parts = { store: new SqlLogStore(store), mark, now, hash: merkle, ed25519: nodeEd25519 }
  const log = await Log.open({ origin: 'bench', secret: key.secret }, parts)
  const quarantine = new Quarantine(store, now)
  const intake = new Intake({ store, log, quarantine, streams, credentials, sealer, ed25519: nodeEd25519, now })
  await credentials.enrol({ device: 'gateway', publicKey: key.publicKey, notBeforeMs: 0 })
  const ids = Array.from({ length: streamCount }, (_, stream) => `la/${stream}`)
  await streams.registerAll(ids.map((id) => ({ id, device: 'gateway', unit: '[mi_i]/h', history: true })))

  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  const outcomes: Promise<unknown>[] = []
  for (const [at, stream] of ids.entries()) {
    const signer = new PackSigner(
      { device: 'gateway', stream, unit: '[mi_i]/h', key },
      { sealer, ed25519: nodeEd25519 },
    )
    const readings = week(at)
    for (let from = 0; from < readings.length; from += PACK_READINGS) {
      await intake.room()
      outcomes.push(intake.submit(signer.sign(readings.slice(from, from + PACK_READINGS)), 'bench'))
    }
  }
  await Promise.all(outcomes)
  const seconds = (performance.now() - start) / 1_000
  const { user, system } = process.cpuUsage(cpuBefore)
  await intake.stop()
  await store.close()

  report.line(`  ${log.size} readings in ${seconds.toFixed(2)} s`)
  const cpu = (user + system) / log.size
  report.figure({ measure: 'reading, signing included: CPU', value: cpu, unit: 'µs', better: 'less' })
  const about = { unit: 'readings/s', better: 'more', goal: GOAL_PER_SECOND } as const
  report.figure({ measure: 'through the intake', value: log.size / seconds, ...about })
}
