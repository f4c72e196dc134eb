import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { decode, fromHex, IBD } from '@minipolis/minima'
import { MinimaNode } from '@minipolis/node'
import { replayCases } from '@minipolis/node/recordings'

export const about =
  'the block tree: judging a recorded chain, taking a long download, making blocks, starting on a full tree'

const BLOCKS = 320

export async function run(): Promise<void> {
  const recordings = join(import.meta.dirname, '../../shared/vectors')
  if (existsSync(recordings)) recorded(recordings)
  else console.log('  recorded chains: skipped, there is no ../shared')
  await ownChain()
}

function recorded(folder: string): void {
  const read = (name: string): object => JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString()) as object
  for (const name of ['chain-A.json.gz', 'chain-main.json.gz']) {
    const content = read(name)
    const began = performance.now()
    let cases = 0
    for (const { check } of replayCases(name, content, read) ?? []) {
      check()
      cases++
    }
    console.log(`  ${name}: ${cases} cases compared in ${Math.round(performance.now() - began)} ms`)
  }
  const { ibd } = (read('chain-main.json.gz') as { ibd: { ibd: string } }).ibd
  const bytes = fromHex(ibd)
  const began = performance.now()
  const { blocks } = decode(IBD, bytes)
  console.log(
    `  ${blocks.length} blocks of a download decoded in ${Math.round(performance.now() - began)} ms; reference 200 ms`,
  )
}

async function ownChain(): Promise<void> {
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
    for (let i = 0; i < BLOCKS; i++) {
      nowMs += node.blockTimeMs
      await node.mineBlock()
    }
    const ms = (performance.now() - began) / BLOCKS
    const { user, system } = process.cpuUsage(cpuBefore)
    const cpuMs = (user + system) / 1000 / BLOCKS
    console.log(
      `  ${BLOCKS} empty blocks mined, checked and durable: ${ms.toFixed(1)} ms, ${cpuMs.toFixed(1)} CPU ms each`,
    )
    await node.stop()

    const restarted = performance.now()
    await node.start()
    const { branchLength } = node.status()
    console.log(`  started again on ${branchLength} blocks in ${Math.round(performance.now() - restarted)} ms`)
  } finally {
    await node.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
