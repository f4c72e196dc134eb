/** A node alone, as `minipolis node start` runs it; then transactions as fast as a node takes them. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MiniNumber, type NetworkName } from '@minipolis/minima'
import { MinimaNode } from '@minipolis/node'
import { RECORDED } from './beside/recorded.ts'
import { type RunningProgram, startProgram } from './load/program.ts'
import { takenBy } from './load/resident.ts'
import type { BenchOptions } from './options.ts'
import type { Figure, Report } from './report.ts'

export const about =
  'a node alone as minipolis node start runs it: first start, memory, idle CPU on dev and test; then transactions as fast as it takes them'

const IDLE_MS = 60_000
/** A new wallet has its keys then, and what the start left behind is given back. */
const SETTLE_MS = 20_000
const COINS = 48

export async function run(report: Report, { quick }: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  const idleMs = quick ? IDLE_MS / 10 : IDLE_MS
  try {
    const first = await begin('dev', folder, 'first')
    const { residentMb } = takenBy(first.pid)
    await first.stop()
    report.figure(milliseconds('the very first start: sources are stripped of types', first.startedMs))
    report.figure(megabytes('resident after it', residentMb, RECORDED.startMb, {}))
    for (const network of ['dev', 'test'] as const) await idle(network, folder, idleMs, report)
    await sendMany(join(folder, 'sends.db'), report)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A node alone, which all lives of this benchmark share the compiled code with: the first makes it. */
function begin(network: NetworkName, folder: string, name: string): Promise<RunningProgram> {
  const options = ['--network', network, '--data', join(folder, name), '--port', '0', '--rpc', '0', '--json']
  return startProgram(['node', 'start', ...options], { MINIPOLIS_SOURCES: join(folder, 'sources') })
}

async function idle(network: NetworkName, folder: string, idleMs: number, report: Report): Promise<void> {
  const node = await begin(network, folder, network)
  const { pid, startedMs } = node
  const { residentMb } = takenBy(pid)
  report.figure(milliseconds(`${network}: from the start to the first block`, startedMs))
  report.figure(megabytes(`${network}: resident at start`, residentMb, RECORDED.startMb, { goalRatio: 2 }))
  await delay(SETTLE_MS)
  const before = takenBy(pid)
  await delay(idleMs)
  const after = takenBy(pid)
  await node.stop()
  report.figure(
    megabytes(`${network}: resident when idle`, after.residentMb, RECORDED.idleMb, { goal: 90, goalRatio: 2 }),
  )
  report.figure({
    measure: `${network}: idle, a block every ${network === 'dev' ? 2 : 20} s`,
    value: ((after.cpuMs - before.cpuMs) / idleMs) * 100,
    unit: '% of a core',
    better: 'less',
    reference: RECORDED.idlePercent,
    referenceFrom: 'recorded',
    goal: 0.5,
  })
}

const milliseconds = (measure: string, value: number): Figure => ({
  measure,
  value,
  unit: 'ms',
  better: 'less',
  goal: 2000,
})

const megabytes = (
  measure: string,
  value: number,
  reference: number,
  goals: Pick<Figure, 'goal' | 'goalRatio'>,
): Figure => ({ measure, value, unit: 'MB', better: 'less', reference, referenceFrom: 'recorded', ...goals })

async function sendMany(file: string, report: Report): Promise<void> {
  let nowMs = Date.UTC(2026, 0, 1)
  const parts = { now: () => nowMs, random: (size: number) => randomBytes(size) }
  const node = new MinimaNode({ network: 'dev', file, automine: 'off' }, parts)
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
  report.figure({
    measure: `transactions signed, mined and taken, ${sent} of ${COINS}`,
    value: sent / seconds,
    unit: '1/s',
    better: 'more',
    reference: RECORDED.sendsPerSecond,
    referenceFrom: 'recorded',
    goal: 20,
  })
  report.figure({
    measure: 'a transaction: CPU',
    value: (user + system) / 1000 / sent,
    unit: 'ms',
    better: 'less',
  })
}
