import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MiniNumber } from '@minipolis/minima'
import { MinimaNode } from '@minipolis/node'
import { RECORDED } from './beside/recorded.ts'
import type { BenchOptions } from './options.ts'
import type { Figure, Report } from './report.ts'

export const about = 'what a node keeps on disk for each empty block and each transaction of its wallet'

/** Past the depth of the tree on `dev`, so that there is a cascade and an archive. */
const BLOCKS_BEFORE = 400
const BLOCKS = 600
const TRANSACTIONS = 150
/** Blocks between two transactions, so that change can be spent. */
const BLOCKS_BETWEEN = 1

/** A chain of its own with a clock of its own: blocks come as fast as they are mined. */
class Chain {
  readonly #folder: string
  #nowMs = Date.UTC(2026, 0, 1)
  #node: MinimaNode | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  async open(): Promise<MinimaNode> {
    const options = { network: 'dev', file: join(this.#folder, 'node.sqlite'), automine: 'off' } as const
    this.#node = new MinimaNode(options, { now: () => this.#nowMs, random: (size) => randomBytes(size) })
    await this.#node.start()
    return this.#node
  }

  async mine(blocks: number): Promise<void> {
    for (let i = 0; i < blocks; i++) {
      this.#nowMs += this.#node!.blockTimeMs
      await this.#node!.mineBlock()
    }
  }

  /** Ends the node and counts all its files: a journal is in the database then. */
  async close(): Promise<number> {
    await this.#node!.stop()
    return readdirSync(this.#folder).reduce((sum, name) => sum + statSync(join(this.#folder, name)).size, 0)
  }
}

export async function run(report: Report, { quick }: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  const share = quick ? 0.1 : 1
  try {
    const chain = new Chain(folder)
    await chain.open()
    await chain.mine(BLOCKS_BEFORE)
    const before = await chain.close()

    await chain.open()
    await chain.mine(BLOCKS * share)
    const afterBlocks = await chain.close()
    const perBlock = (afterBlocks - before) / (BLOCKS * share)

    const node = await chain.open()
    const address = await node.address()
    for (let i = 0; i < TRANSACTIONS * share; i++) {
      await node.submit({ outputs: [{ address, amount: MiniNumber.ONE }], fund: true })
      await chain.mine(BLOCKS_BETWEEN)
    }
    const blocks = node.tip()!.number
    const afterSends = await chain.close()
    const mined = blocks - (BLOCKS_BEFORE + BLOCKS * share + 1)
    const perTransaction = (afterSends - afterBlocks - mined * perBlock) / (TRANSACTIONS * share)
    report.figure(kilobytes('an empty block', perBlock, RECORDED.blockDiskKb))
    report.figure(kilobytes('a transaction of the wallet', perTransaction, RECORDED.sendDiskKb))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const kilobytes = (measure: string, bytes: number, reference: number): Figure => ({
  measure: `on disk for ${measure}`,
  value: bytes / 1000,
  unit: 'kB',
  better: 'less',
  reference,
  referenceFrom: 'recorded',
  goalRatio: 2,
})
