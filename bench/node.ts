import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { MiniNumber } from '@minipolis/minima'
import { MinimaNode } from '@minipolis/node'
import { printReference } from './load/reference-idle.ts'

export const about =
  'a dev node alone in a process: start, memory, idle CPU; then transactions as fast as it takes them'

const IDLE_SECONDS = 60
const COINS = 48
/** As `npm start` has them. */
const FLAGS = ['--max-semi-space-size=2']
const GOALS = { firstBlockMs: 2_000, residentMb: 90, idlePercent: 0.5, sendsPerSecond: 20 }

interface Lived {
  readonly startedMs: number
  readonly startMb: number
  readonly residentMb: number
  readonly idlePercent: number
}

const verdict = (isMet: boolean, goal: string): string => `goal ${goal}: ${isMet ? 'met' : 'MISSED'}`

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  try {
    const { startedMs, startMb, residentMb, idlePercent } = await liveAlone(join(folder, 'alone.db'))
    console.log(
      `  first block ${startedMs} ms after the process began, ${verdict(startedMs < GOALS.firstBlockMs, '2 s')}; ${startMb} MB resident`,
    )
    console.log(
      `  ${residentMb} MB resident after ${IDLE_SECONDS} s of blocks, ${verdict(residentMb <= GOALS.residentMb, '90 MB')}`,
    )
    console.log(
      `  ${idlePercent.toFixed(2)} % of a core idle, ${verdict(idlePercent < GOALS.idlePercent, 'under 0.5 %')}`,
    )
    await printReference(IDLE_SECONDS * 1000)
    await sendMany(join(folder, 'sends.db'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs this file as a program of its own, so that nothing else is in its memory. The second life finds the compiled code of the first. */
async function liveAlone(file: string): Promise<Lived> {
  const cache = join(file, '..', 'compiled')
  const live = async (path: string): Promise<Lived> => {
    const child = spawn(process.execPath, [...FLAGS, import.meta.filename, path, String(Date.now())], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    })
    let lived: Lived | undefined
    // To its end: the compiled code is kept when a process ends.
    for await (const line of createInterface(child.stdout)) lived = JSON.parse(line) as Lived
    if (lived === undefined) throw new TypeError('the node said nothing')
    return lived
  }
  await live(`${file}.first`)
  return live(file)
}

async function aloneInProcess(file: string, beganMs: number): Promise<void> {
  const node = devNode({ file, automine: 'solo' }, Date.now)
  await node.start()
  const startedMs = Date.now() - beganMs
  const startMb = residentNow()
  // Default keys are made in the background first.
  await delay(4_000)
  const before = process.cpuUsage()
  await delay(IDLE_SECONDS * 1000)
  const { user, system } = process.cpuUsage(before)
  const idlePercent = (user + system) / (IDLE_SECONDS * 1e4)
  console.log(JSON.stringify({ startedMs, startMb, residentMb: residentNow(), idlePercent }))
  await node.stop()
}

const residentNow = (): number => Math.round(process.memoryUsage.rss() / 1e6)

const devNode = (options: { file: string; automine: 'solo' | 'off' }, now: () => number): MinimaNode =>
  new MinimaNode({ network: 'dev', ...options }, { now, random: (size) => randomBytes(size) })

async function sendMany(file: string): Promise<void> {
  let nowMs = Date.UTC(2026, 0, 1)
  const node = devNode({ file, automine: 'off' }, () => nowMs)
  await node.start()
  const mine = async (blocks: number): Promise<void> => {
    for (let i = 0; i < blocks; i++) {
      nowMs += node.blockTimeMs
      await node.mineBlock()
    }
  }
  const address = await node.address()
  const output = { address, amount: MiniNumber.of(10) }
  await mine(4)
  for (let coins = 0; coins < COINS; coins += 7) {
    await node.submit({ outputs: Array.from({ length: 7 }, () => output), fund: true })
    await mine(4)
  }

  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  const sends = Array.from({ length: COINS }, () =>
    node.submit({ outputs: [{ address, amount: MiniNumber.ONE }], fund: true }),
  )
  const results = await Promise.allSettled(sends)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  await node.stop()

  const sent = results.filter(({ status }) => status === 'fulfilled').length
  const perSecond = sent / seconds
  const cpuMs = (user + system) / 1000 / sent
  console.log(
    `  ${sent} of ${COINS} transactions signed, mined and taken in ${seconds.toFixed(2)} s, ${cpuMs.toFixed(0)} CPU ms each`,
  )
  console.log(
    `  ${perSecond.toFixed(1)} transactions/s, ${verdict(perSecond >= GOALS.sendsPerSecond, '20/s')}; reference 0.5 to 0.7/s`,
  )
}

if (import.meta.main) await aloneInProcess(process.argv[2]!, Number(process.argv[3]))
