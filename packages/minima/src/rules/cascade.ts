import { addWeights, CASCADE_LEVELS, type Weight, weightAtLevel, ZERO_WEIGHT } from '../objects/index.ts'
import type { NetworkParameters } from './network-parameters.ts'

/** A block as the cascade looks at it. */
export interface CascadeBlock {
  readonly superLevel: number
  /** Its own weight, not raised to a level. */
  readonly weight: Weight
  /** 0 for a block that enters at the tip. */
  readonly level: number
}

export interface ThinnedCascade<B> {
  /** Tip first. */
  readonly blocks: readonly B[]
  /** Weights of the blocks, each times 2^level. */
  readonly weight: Weight
}

/**
 * Thins out a cascade: from the tip back each level keeps the blocks whose super level reaches it, and after `levelNodes` of them
 * the next level begins. The tip keeps the level it has. Blocks left out never return; doing it again changes nothing.
 * Source: minima-global/Minima: src/org/minima/database/cascade/Cascade.java (cascadeChain), spec 05 section 15.
 *
 * @param blocks tip first
 */
export function thinCascade<B extends CascadeBlock>(
  blocks: readonly B[],
  { cascadeLevelNodes }: Pick<NetworkParameters, 'cascadeLevelNodes'>,
): ThinnedCascade<B> {
  const [tip, ...rest] = blocks
  if (tip === undefined) return { blocks: [], weight: ZERO_WEIGHT }
  const kept = [tip]
  let level = 0
  let count = 1
  for (const block of rest) {
    if (block.superLevel < level) continue
    kept.push(block.level === level ? block : { ...block, level })
    count++
    if (count >= cascadeLevelNodes && level < CASCADE_LEVELS - 1) {
      level++
      count = 0
    }
  }
  return { blocks: kept, weight: kept.reduce((sum, block) => addWeights(sum, cascadeWeight(block)), ZERO_WEIGHT) }
}

/** What a block counts in the cascade: weight · 2^level, to 7 digits. */
export const cascadeWeight = ({ weight, level }: CascadeBlock): Weight => weightAtLevel(weight, level)

/**
 * How many blocks at the root end of the main branch go to the cascade; 0 as long as the branch is short.
 *
 * @param branchLength blocks of the main branch, root and tip included
 */
export function blocksToCascade(
  branchLength: number,
  { cascadeStartDepthBlocks, cascadeFrequencyBlocks }: NetworkParameters,
): number {
  return branchLength >= cascadeStartDepthBlocks + cascadeFrequencyBlocks ? branchLength - cascadeStartDepthBlocks : 0
}
