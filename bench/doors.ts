import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type DeviceLane, deviceLanes } from './load/device-lanes.ts'
import { type Lane, type LoadResult, runClosed, runPaced } from './load/run-load.ts'
import { httpSender, mqttSender, type Sender } from './load/senders.ts'
import { type ServedCity, serveCity } from './load/serve-city.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about =
  'single signed readings over HTTP and MQTT, each acknowledged when durable; the load on the same machine'

const DEVICES = 256
/** A door whose packs each device sends, and seconds at a given rate. */
const full = { packs: 120, warmUpPacks: 20, pacedSeconds: 10 }
const quick = { packs: 10, warmUpPacks: 4, pacedSeconds: 2 }
const PACED_PER_SECOND = 1_000
/** Packs that a connection keeps under way: a device waits for its acknowledgement before it sends the next. */
const IN_FLIGHT = 1
/** How long the idle server is watched, to take off what it does anyway: mining blocks of its network of one. */
const IDLE_SECONDS = 3
const GOAL_PER_SECOND = 4_000
const GOAL_P99_MS = 250

export async function run(report: Report, { quick: isQuick }: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  const city = await serveCity(join(folder, 'city'))
  const amounts = isQuick ? quick : full
  try {
    await measureDoor('HTTP', city, () => httpSender(city.url), amounts, report)
    await measureDoor('MQTT', city, (device) => mqttSender(city.mqttUrl, device), amounts, report)
  } finally {
    await city.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureDoor(
  door: string,
  city: ServedCity,
  open: (device: string) => Promise<Sender>,
  { packs, warmUpPacks, pacedSeconds }: typeof full,
  report: Report,
): Promise<void> {
  const names = Array.from({ length: DEVICES }, (_, at) => `${door.toLowerCase()}-${at}`)
  const lanes = await deviceLanes(city, names, open)
  await runClosed(withPacks(lanes, warmUpPacks), IN_FLIGHT)
  const loaded = withPacks(lanes, packs)
  const idle = await idleShare(city)
  const cpuBefore = city.cpuMs()
  const commitsBefore = await city.metric('intake_commits_total')
  const ownBefore = process.cpuUsage()
  const fast = await runClosed(loaded, IN_FLIGHT)
  const own = process.cpuUsage(ownBefore)
  const serverMs = city.cpuMs() - cpuBefore - idle * fast.seconds * 1_000
  const { count } = fast.latencies
  const commits = (await city.metric('intake_commits_total')) - commitsBefore
  reportRate(`${door}, ${DEVICES} connections`, fast, report)
  const what = `${door}, each pack`
  report.figure({
    measure: `${what}: CPU of the server`,
    value: (serverMs * 1_000) / count,
    unit: 'µs',
    better: 'less',
  })
  report.figure({
    ...{ measure: `${what}: CPU of the load`, value: (own.user + own.system) / count },
    ...{ unit: 'µs', better: 'less' },
  })
  report.figure({ measure: `${door}: packs in a commit`, value: count / commits, unit: 'packs', better: 'more' })
  report.line(`  the idle server takes ${Math.round(idle * 1_000)} ms a second, which is taken off`)

  const paced = await runPaced(
    withPacks(lanes, Math.ceil((PACED_PER_SECOND * pacedSeconds) / DEVICES)),
    PACED_PER_SECOND,
  )
  const [p50, p99, most] = quantiles(paced)
  report.figure({
    ...{ measure: `${door} at ${PACED_PER_SECOND}/s: p99`, value: p99!, unit: 'ms' },
    ...{ better: 'less', goal: GOAL_P99_MS },
  })
  report.line(`  median ${p50!.toFixed(1)}, most ${most!.toFixed(1)} ms`)
  for (const { sender } of lanes) sender.close()
}

const withPacks = (lanes: readonly DeviceLane[], count: number): Lane[] =>
  lanes.map((lane) => ({ sender: lane.sender, packs: lane.sign(count) }))

const quantiles = ({ latencies }: LoadResult): number[] => [0.5, 0.99, 1].map((part) => latencies.within(part))

function reportRate(measure: string, result: LoadResult, report: Report): void {
  const value = result.latencies.count / result.seconds
  report.figure({ measure, value, unit: 'readings/s', better: 'more', goal: GOAL_PER_SECOND })
  const [p50, p99, most] = quantiles(result).map((ms) => ms.toFixed(1))
  report.line(`  median ${p50}, p99 ${p99}, most ${most} ms`)
}

/** Part of a core that the server takes without load. */
async function idleShare(city: ServedCity): Promise<number> {
  const before = city.cpuMs()
  await setTimeout(IDLE_SECONDS * 1_000)
  return (city.cpuMs() - before) / (IDLE_SECONDS * 1_000)
}
