import { bigIntToBytes, bytesToBigInt } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { MIN_TXPOW_WORK, MIN_TXPOW_WORK_VALUE, type TxHeader } from '../objects/index.ts'
import { ancestor, type BlockContext } from './block-context.ts'
import { medianBlock } from './median-block.ts'
import { FIRST_RETARGETED_BLOCK, type NetworkParameters } from './network-parameters.ts'
import { RulesError } from './rules-error.ts'

const THOUSAND = MiniNumber.of(1000)
/** One step changes the average difficulty by a factor of two at most. */
const RATIO_LEAST = MiniNumber.parse('0.5')
const RATIO_MOST = MiniNumber.parse('2')

/**
 * The difficulty that a child of this block must have, as shortest bytes: the average over the speed window, scaled by how much
 * too fast or too slow the chain was. A larger number is easier.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWGenerator.java (getBlockDifficulty), spec 05 section 7.
 *
 * @throws NumberError `division-by-zero` where times or numbers of the chain make no sense
 */
export function nextBlockDifficulty(parent: BlockContext, parameters: NetworkParameters): Uint8Array {
  if (parent.header.blockNumber.lessThan(FIRST_RETARGETED_BLOCK)) return MIN_TXPOW_WORK
  const start = medianBlock(parent, parameters.medianBlocks)
  const end = medianBlock(ancestor(parent, parameters.speedWindowBlocks), parameters.medianBlocks)
  const distance = start.header.blockNumber.sub(end.header.blockNumber)
  // The tree is too short, or clocks went backwards: stay with the newest difficulty.
  if (distance.isZero()) return parent.header.blockDifficulty
  if (!start.header.time.moreThan(end.header.time)) return parent.header.blockDifficulty

  const blocks = distance.asInt()
  const ratio = clamp(parameters.blockSpeed.div(chainSpeed(start, blocks)))
  const product = averageDifficulty(start, blocks) * ratio.unscaled
  const difficulty = product / 10n ** BigInt(ratio.scale)
  return difficulty > MIN_TXPOW_WORK_VALUE ? MIN_TXPOW_WORK : bigIntToBytes(difficulty)
}

const clamp = (ratio: MiniNumber): MiniNumber =>
  ratio.moreThan(RATIO_MOST) ? RATIO_MOST : ratio.lessThan(RATIO_LEAST) ? RATIO_LEAST : ratio

/**
 * Blocks per second from `blocks` back up to this block. Division first, then multiplication: the digits lost decide hashes.
 *
 * @throws NumberError `division-by-zero`
 */
export function chainSpeed(block: BlockContext, blocks: number): MiniNumber {
  const past = ancestor(block, blocks)
  const distance = block.header.blockNumber.sub(past.header.blockNumber)
  return distance.div(block.header.time.sub(past.header.time)).mult(THOUSAND)
}

function averageDifficulty(newest: BlockContext, blocks: number): bigint {
  let sum = 0n
  let current: BlockContext | undefined = newest
  for (let i = 0; i < blocks; i++) {
    if (current === undefined)
      throw new RulesError(
        'malformed',
        `the tree ends ${i} blocks below block ${newest.header.blockNumber}, ${blocks} expected`,
      )
    sum += difficultyValue(current.header)
    current = current.parent
  }
  return sum / BigInt(blocks)
}

const values = new WeakMap<TxHeader, bigint>()

/** Every header is in the averages of a whole window of blocks: its difficulty is read once. */
function difficultyValue(header: TxHeader): bigint {
  let value = values.get(header)
  if (value === undefined) {
    value = bytesToBigInt(header.blockDifficulty)
    values.set(header, value)
  }
  return value
}
