import { toHex } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { CASCADE_LEVELS, type Cascade, type IBD, isCascadeConsistent } from '../objects/index.ts'
import { ACCEPTED, type CheckResult, checkEach, judge, reject } from './check-result.ts'
import { factsOf } from './facts.ts'

/**
 * Whether a chain download fits together at first sight: a cascade comes with blocks, which begin one above its tip, and hangs
 * together itself. Source: minima-global/Minima: src/org/minima/objects/IBD.java (checkValidData), spec 05 section 16.3.
 */
export const checkIBD = ({ cascade, blocks }: IBD): CheckResult =>
  judge(() => {
    const tip = cascade?.nodes[0]
    if (cascade === null || tip === undefined) return ACCEPTED
    const first = blocks[0]
    if (first === undefined) return reject('malformed', 'a cascade comes without blocks')
    const expected = tip.txpow.header.blockNumber.increment()
    const { blockNumber } = first.txpow.header
    if (!blockNumber.equals(expected))
      return reject('block-number', `the blocks begin at ${blockNumber}, the cascade asks for ${expected}`)
    return isCascadeConsistent(cascade) ? ACCEPTED : reject('super-parent', 'the cascade does not hang together')
  })

/** Longest difficulty that means anything: 2^256 - 1. */
const DIFFICULTY_BYTES_MAX = 32

/**
 * What the reference does not ask of a foreign cascade and every honest one has: work on each block, falling numbers, super
 * levels that reach the level a block stands for. Ask before adopting one; its weight is what its headers claim.
 */
export const checkCascadeWork = ({ nodes }: Cascade): CheckResult =>
  judge(() => {
    let above: MiniNumber = MiniNumber.MAX
    return checkEach(nodes.entries(), ([place, { txpow, level }]) => {
      const { id, isBlock, superLevel } = factsOf(txpow)
      const { blockDifficulty, blockNumber } = txpow.header
      if (blockDifficulty.length > DIFFICULTY_BYTES_MAX || !isBlock)
        return reject('not-a-block', `cascade block ${toHex(id)} has not done the work it claims`)
      if (level < 0 || level >= CASCADE_LEVELS || (place > 0 && superLevel < level))
        return reject(
          'super-parent',
          `cascade block ${toHex(id)} of super level ${superLevel} stands at level ${level}`,
        )
      if (!blockNumber.lessThan(above)) return reject('block-number', `cascade block ${blockNumber} follows ${above}`)
      above = blockNumber
      return ACCEPTED
    })
  })
