import type { MiniNumber } from '../number/index.ts'
import type { TxHeader } from '../objects/index.ts'
import type { BlockContext } from './block-context.ts'
import { ACCEPTED, type CheckResult, reject } from './check-result.ts'
import { BLOCK_TIME_WINDOW_MS, type NetworkParameters } from './network-parameters.ts'

/**
 * The block with the middle time of a block and its ancestors, `count` in all or fewer at the root. Of an even number the later
 * of the two is taken; blocks of equal time keep their order from the newest back.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWGenerator.java (getMedianTimeBlock)
 */
export function medianBlock(block: BlockContext, count: number): BlockContext {
  const blocks: BlockContext[] = []
  for (
    let current: BlockContext | undefined = block;
    current !== undefined && blocks.length < count;
    current = current.parent
  )
    blocks.push(current)
  blocks.sort((a, b) => a.header.time.compare(b.header.time))
  return blocks[Math.floor(blocks.length / 2)]!
}

/** The earliest time a child of this block may have. Milliseconds. */
export const minimumBlockTime = (parent: BlockContext, parameters: NetworkParameters): MiniNumber =>
  medianBlock(parent, 2 * parameters.medianBlocks).header.time

/** The time rule: from the minimum to a day above it, both included. The local clock plays no part. */
export function checkBlockTime(parent: BlockContext, header: TxHeader, parameters: NetworkParameters): CheckResult {
  const earliest = minimumBlockTime(parent, parameters)
  if (header.time.lessThan(earliest))
    return reject('block-time', `time ${header.time} is below the minimum ${earliest}`)
  const latest = earliest.add(BLOCK_TIME_WINDOW_MS)
  return header.time.moreThan(latest)
    ? reject('block-time', `time ${header.time} is above the maximum ${latest}`)
    : ACCEPTED
}
