import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { createMerkleHash, formatPack, PackSealer, PackSigner, signingKey, toLowerHex } from '@minipolis/city'
import { nodeEd25519, nodeSha256 } from '@minipolis/server'
import { type LoadResult, runClosed, runPaced } from './load/run-load.ts'
import { httpSender, mqttSender, type Sender } from './load/senders.ts'

export const about =
  'single signed readings over HTTP and MQTT, each acknowledged when durable; the load on the same machine'

const DEVICES = 256
const PACKS_PER_DEVICE = 120
const WARM_UP_PACKS = 20
const PACED_PER_SECOND = 1_000
const PACED_SECONDS = 10
/** Packs that a connection keeps under way: a device waits for its acknowledgement before it sends the next. */
const IN_FLIGHT = 1
/** How long the idle server is watched, to take off what it does anyway: mining blocks of its network of one. */
const IDLE_SECONDS = 3
const GOAL_PER_SECOND = 4_000
const GOAL_P99_MS = 250

interface Served {
  readonly url: string
  readonly mqttUrl: string
  readonly token: string
}

interface DeviceLane {
  readonly sender: Sender
  readonly warmUp: readonly Buffer[]
  readonly packs: readonly Buffer[]
  readonly paced: readonly Buffer[]
}

const sealer = new PackSealer(nodeSha256, createMerkleHash(nodeSha256))

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  const serve = join(import.meta.dirname, 'load', 'serve.ts')
  const child = spawn(process.execPath, [serve, join(folder, 'city')], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const [line] = await new Promise<[string]>((resolve) =>
      createInterface(child.stdout).once('line', (text: string) => resolve([text])),
    )
    const served = JSON.parse(line) as Served
    await measureDoor('HTTP keep-alive', served, () => httpSender(served.url))
    await measureDoor('MQTT QoS 1', served, (device) => mqttSender(served.mqttUrl, device))
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.stdin.end()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureDoor(name: string, served: Served, open: (device: string) => Promise<Sender>): Promise<void> {
  const door = name.split(' ')[0]!.toLowerCase()
  const pacedPacks = Math.ceil((PACED_PER_SECOND * PACED_SECONDS) / DEVICES)
  const lanes: DeviceLane[] = []
  for (let at = 0; at < DEVICES; at++) {
    const signer = await enrol(served, `${door}-${at}`)
    const warmUp = sign(signer, WARM_UP_PACKS)
    const packs = sign(signer, PACKS_PER_DEVICE)
    lanes.push({ sender: await open(`${door}-${at}`), warmUp, packs, paced: sign(signer, pacedPacks) })
  }
  const withPacks = (name: 'warmUp' | 'packs' | 'paced') =>
    lanes.map((lane) => ({ sender: lane.sender, packs: lane[name] }))
  await runClosed(withPacks('warmUp'), IN_FLIGHT)
  const idle = await idleCpu(served)
  const cpuBefore = await metric(served, 'process_cpu_seconds_total')
  const commitsBefore = await metric(served, 'intake_commits_total')
  const ownBefore = process.cpuUsage()
  const fast = await runClosed(withPacks('packs'), IN_FLIGHT)
  const own = process.cpuUsage(ownBefore)
  const serverSeconds = (await metric(served, 'process_cpu_seconds_total')) - cpuBefore - idle * fast.seconds
  const perSecond = fast.latencies.count / fast.seconds
  report(`${name}, ${DEVICES} connections`, fast, `goal ${GOAL_PER_SECOND}/s: ${verdict(perSecond >= GOAL_PER_SECOND)}`)
  console.log(
    `  ${(fast.latencies.count / ((await metric(served, 'intake_commits_total')) - commitsBefore)).toFixed(1)} packs in a commit`,
  )
  const cpu = [serverSeconds * 1e6, own.user + own.system].map((micros) => Math.round(micros / fast.latencies.count))
  console.log(
    `  CPU for each pack: server ${cpu[0]} µs, load ${cpu[1]} µs; the idle server takes ${Math.round(idle * 1_000)} ms a second`,
  )
  const paced = await runPaced(withPacks('paced'), PACED_PER_SECOND)
  const p99Met = paced.latencies.within(0.99) < GOAL_P99_MS
  report(`${name} at ${PACED_PER_SECOND}/s`, paced, `goal p99 under ${GOAL_P99_MS} ms: ${verdict(p99Met)}`)
  for (const { sender } of lanes) sender.close()
}

const verdict = (met: boolean): string => (met ? 'met' : 'MISSED')

function report(name: string, { seconds, latencies }: LoadResult, remark: string): void {
  const [p50, p99, max] = [0.5, 0.99, 1].map((part) => latencies.within(part).toFixed(1))
  const rate = Math.round(latencies.count / seconds)
  console.log(`  ${name.padEnd(34)}${String(rate).padStart(7)}/s   p50 ${p50}, p99 ${p99}, max ${max} ms   ${remark}`)
}

/** CPU seconds that the server takes in a second without load. */
async function idleCpu(served: Served): Promise<number> {
  const before = await metric(served, 'process_cpu_seconds_total')
  await setTimeout(IDLE_SECONDS * 1_000)
  return ((await metric(served, 'process_cpu_seconds_total')) - before) / IDLE_SECONDS
}

async function metric({ url }: Served, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`minipolis_${name} `))
  return Number(line?.split(' ')[1])
}

async function enrol({ url, token }: Served, device: string): Promise<PackSigner> {
  const secret = nodeSha256(new TextEncoder().encode(device))
  const key = signingKey(secret, nodeEd25519)
  const body = {
    device,
    publicKey: toLowerHex(key.publicKey),
    notBefore: '2020-01-01T00:00:00.000Z',
    streams: [{ id: device, unit: '[mi_i]/h' }],
  }
  const answer = await fetch(`${url}/v1/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new RangeError(`enrolment was refused: ${await answer.text()}`)
  return new PackSigner({ device, stream: device, unit: '[mi_i]/h', key }, { sealer, ed25519: nodeEd25519 })
}

const sign = (signer: PackSigner, count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => {
    const reading = { timeMs: Date.now(), value: `${50 + (at % 20)}.25` }
    return Buffer.from(formatPack(signer.sign([reading])))
  })
