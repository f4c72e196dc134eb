import { applyTxBlock, bytesEqual, decode, MinipolisError, type MMREntry, TxBlock } from '@minipolis/minima'
import type { BlockStore } from '../store/index.ts'
import type { CoinBlock } from './block-changes.ts'
import type { MegaMMRStore } from './mega-mmr-store.ts'

/** Blocks that become durable together; then others get a turn. */
const BATCH_BLOCKS = 100

export interface CatchUpParts {
  readonly blocks: Pick<BlockStore, 'archivedRange' | 'oldestArchived'>
  readonly transact: <T>(work: () => T) => T
  /** Told of each block that is taken. */
  readonly progress?: (done: number, total: number, number: number) => void
}

/** The root of the tree of blocks: what is kept ends below it. */
export interface TreeRoot {
  readonly number: number
  readonly previousPeaks: readonly MMREntry[]
}

/**
 * Brings the coins of the chain up to the block below the root, out of the archive: after a time without them, or from block 1
 * on where the archive reaches that far. Where it does not, they begin at the root, and older coins are missing until a backup
 * brings them. Archived blocks may come from peers, so each must lead to the coin tree that its header names.
 */
export async function catchUp(mega: MegaMMRStore, root: TreeRoot, parts: CatchUpParts): Promise<void> {
  const target = root.number - 1
  const start = startOf(mega, target, parts.blocks)
  if (start === undefined) {
    if (mega.number !== target) parts.transact(() => mega.begin(target, root.previousPeaks))
    return
  }
  for (let number = start; number <= target; ) {
    const blocks = readBlocks(parts.blocks, number, Math.min(target, number + BATCH_BLOCKS - 1))
    if (blocks === undefined) {
      parts.transact(() => mega.begin(target, root.previousPeaks))
      return
    }
    parts.transact(() => {
      if (number === 1) mega.begin(0, blocks.previousPeaks)
      mega.follow(blocks.applied)
    })
    number += blocks.applied.length
    parts.progress?.(number - start, target - start + 1, number - 1)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The first block to take from the archive; undefined when there is none to take. */
function startOf(mega: MegaMMRStore, target: number, blocks: CatchUpParts['blocks']): number | undefined {
  const { number, isComplete } = mega
  if (number === target && isComplete) return undefined
  const oldest = blocks.oldestArchived() ?? Number.POSITIVE_INFINITY
  const canFollow = number !== undefined && number < target && oldest <= number + 1
  if (oldest === 1 && !(canFollow && isComplete)) return 1
  return canFollow ? number + 1 : undefined
}

interface ReadBlocks {
  readonly applied: readonly CoinBlock[]
  /** Of the first. */
  readonly previousPeaks: readonly MMREntry[]
}

/** Undefined when a block is missing or is not what its header says. */
function readBlocks(store: CatchUpParts['blocks'], from: number, to: number): ReadBlocks | undefined {
  const stored = store.archivedRange(from, to)
  if (stored.length !== to - from + 1) return undefined
  const applied: CoinBlock[] = []
  let previousPeaks: readonly MMREntry[] = []
  for (const { number, txblock } of stored) {
    const block = decode(TxBlock, txblock)
    const result = tryApply(block)
    if (result === undefined) return undefined
    if (number === from) previousPeaks = block.previousPeaks
    applied.push({ number, ...result })
  }
  return { applied, previousPeaks }
}

function tryApply(block: TxBlock): Omit<CoinBlock, 'number'> | undefined {
  try {
    const applied = applyTxBlock(block)
    const root = applied.mmr.root()
    return root !== undefined && bytesEqual(root.data, block.txpow.header.mmrRoot) ? applied : undefined
  } catch (error) {
    if (error instanceof MinipolisError) return undefined
    throw error
  }
}
