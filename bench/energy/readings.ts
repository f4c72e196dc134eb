import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { deviceLanes } from '../load/device-lanes.ts'
import { benchImport } from '../load/import-bench.ts'
import { runClosed } from '../load/run-load.ts'
import { httpSender, mqttSender, type Sender } from '../load/senders.ts'
import { type ServedCity, serveCity } from '../load/serve-city.ts'
import type { Cost } from './cost.ts'

const DEVICES = 64
const full = { packs: 100, warmUp: 30, idleMs: 10_000 }
const quick = { packs: 10, warmUp: 5, idleMs: 2_000 }
const ANCHOR_MAX_MS = 120_000
const LOOK_EVERY_MS = 250

/** Readings until they are anchored: by the file, and singly over each door, where only the server's CPU counts. */
export async function energyOfReadings(tell: (cost: Cost) => void, isQuick: boolean): Promise<void> {
  imported(tell)
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  const city = await serveCity(join(folder, 'city'))
  const amounts = isQuick ? quick : full
  try {
    for (const [door, open] of [
      ['HTTP', () => httpSender(city.url)],
      ['MQTT', (device: string) => mqttSender(city.mqttUrl, device)],
    ] as const) {
      const cpuMs = await eachReading(city, door, open, amounts)
      tell({ what: `anchored reading, one in a pack over ${door}: CPU of the server`, cpuMs })
    }
  } finally {
    await city.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function imported(tell: (cost: Cost) => void): void {
  const { readings, anchoredCpuSeconds } = benchImport()
  if (anchoredCpuSeconds === undefined) throw new RangeError('no block anchored the import in time')
  tell({ what: 'anchored reading, imported: signing included', cpuMs: (anchoredCpuSeconds * 1_000) / readings })
}

/** CPU of the server for each reading until the last is anchored, less what it takes when nothing comes. */
async function eachReading(
  city: ServedCity,
  door: string,
  open: (device: string) => Promise<Sender>,
  { packs, warmUp, idleMs }: typeof full,
): Promise<number> {
  const names = Array.from({ length: DEVICES }, (_, at) => `${door.toLowerCase()}-${at}`)
  const lanes = await deviceLanes(city, names, open)
  await runClosed(
    lanes.map(({ sender, sign }) => ({ sender, packs: sign(warmUp) })),
    1,
  )
  await anchored(city)
  const idleBefore = city.cpuMs()
  await delay(idleMs)
  const idleShare = (city.cpuMs() - idleBefore) / idleMs
  const loaded = lanes.map(({ sender, sign }) => ({ sender, packs: sign(packs) }))
  const cpuBefore = city.cpuMs()
  const began = performance.now()
  await runClosed(loaded, 1)
  await anchored(city)
  const cpuMs = city.cpuMs() - cpuBefore - idleShare * (performance.now() - began)
  for (const { sender } of lanes) sender.close()
  return cpuMs / (DEVICES * packs)
}

/** Waits until all that is in the log is anchored in a block. */
async function anchored({ url }: ServedCity): Promise<void> {
  const endMs = performance.now() + ANCHOR_MAX_MS
  while (performance.now() < endMs) {
    const { log, anchor } = (await (await fetch(`${url}/v1/status`)).json()) as {
      readonly log: { readonly size: number }
      readonly anchor: { readonly size: number; readonly block: number | null } | null
    }
    if (anchor !== null && anchor.block !== null && anchor.size >= log.size) return
    await delay(LOOK_EVERY_MS)
  }
  throw new RangeError(`the readings were not anchored within ${ANCHOR_MAX_MS / 1_000} s`)
}
