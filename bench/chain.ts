import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { decode, fromHex, IBD } from '@minipolis/minima'
import { MinimaNode } from '@minipolis/node'
import { replayCases } from '@minipolis/node/recordings'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about =
  'the block tree: judging a recorded chain, taking a long download, making blocks, starting on a full tree'

const BLOCKS = 320
const QUICK_BLOCKS = 20
/** Decoding the recorded download in the reference. */
const REFERENCE_DECODE_MS = 200

export async function run(report: Report, { quick }: BenchOptions): Promise<void> {
  const recordings = join(import.meta.dirname, '../../shared/vectors')
  if (existsSync(recordings)) recorded(recordings, report)
  else report.line('  recorded chains: skipped, there is no ../shared')
  await ownChain(quick ? QUICK_BLOCKS : BLOCKS, report)
}

function recorded(folder: string, report: Report): void {
  const read = (name: string): object => JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString()) as object
  for (const name of ['chain-A.json.gz', 'chain-main.json.gz']) {
    const content = read(name)
    const began = performance.now()
    let cases = 0
    for (const { check } of replayCases(content, () => []) ?? []) {
      check()
      cases++
    }
    const value = performance.now() - began
    report.figure({ measure: `${name}: ${cases} cases compared`, value, unit: 'ms', better: 'less' })
  }
  const { ibd } = (read('chain-main.json.gz') as { ibd: { ibd: string } }).ibd
  const bytes = fromHex(ibd)
  const began = performance.now()
  const { blocks } = decode(IBD, bytes)
  report.figure({
    measure: `${blocks.length} blocks of a download decoded`,
    value: performance.now() - began,
    unit: 'ms',
    better: 'less',
    reference: REFERENCE_DECODE_MS,
    referenceFrom: 'recorded',
  })
}

async function ownChain(blocks: number, report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  let nowMs = Date.UTC(2026, 0, 1)
  const node = new MinimaNode(
    { network: 'dev', file: join(folder, 'node.db'), automine: 'off' },
    { now: () => nowMs, random: (size) => randomBytes(size) },
  )
  try {
    await node.start()
    const cpuBefore = process.cpuUsage()
    const began = performance.now()
    for (let i = 0; i < blocks; i++) {
      nowMs += node.blockTimeMs
      await node.mineBlock()
    }
    const ms = (performance.now() - began) / blocks
    const { user, system } = process.cpuUsage(cpuBefore)
    const what = `empty block of ${blocks}, mined, checked and durable`
    report.figure({ measure: what, value: ms, unit: 'ms', better: 'less' })
    report.figure({ measure: `${what}: CPU`, value: (user + system) / 1000 / blocks, unit: 'ms', better: 'less' })
    await node.stop()

    const restarted = performance.now()
    await node.start()
    const { branchLength } = node.status()
    const value = performance.now() - restarted
    report.figure({ measure: `started again on ${branchLength} blocks`, value, unit: 'ms', better: 'less' })
  } finally {
    await node.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
