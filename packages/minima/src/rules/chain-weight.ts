import { toHex } from '../codec/index.ts'
import {
  addWeights,
  blockWeight,
  floorWeight,
  type IBD,
  type TxPoW,
  type Weight,
  ZERO_WEIGHT,
} from '../objects/index.ts'
import { type CascadeBlock, thinCascade } from './cascade.ts'
import { factsOf } from './facts.ts'
import type { NetworkParameters } from './network-parameters.ts'

export interface WeighedBlock {
  readonly id: Uint8Array
  readonly weight: Weight
}

/** A chain as another node sends it: blocks and cascade, both tip first. */
export interface WeighedChain {
  readonly blocks: readonly WeighedBlock[]
  readonly cascade: readonly (WeighedBlock & CascadeBlock)[]
}

const weighed = (txpow: TxPoW): WeighedBlock => {
  const { id } = factsOf(txpow)
  return { id, weight: blockWeight(id, txpow.header) }
}

/** A chain download as it weighs: a cascade that was received counts thinned out anew. */
export const weighIBD = ({ cascade, blocks }: IBD): WeighedChain => ({
  blocks: blocks.map(({ txpow }) => weighed(txpow)).reverse(),
  cascade: (cascade?.nodes ?? []).map(({ txpow, level }) => ({
    ...weighed(txpow),
    superLevel: factsOf(txpow).superLevel,
    level,
  })),
})

/**
 * Whether our chain weighs at least as much as theirs, both counted from their tips down to the block they share, that included;
 * without one whole. Weights are those the headers claim.
 * Source: minima-global/Minima: src/org/minima/objects/IBD.java (checkOurChainHeavier), spec 05 section 16.5.
 */
export function isOursHeavierOrEqual(ours: WeighedChain, theirs: WeighedChain, parameters: NetworkParameters): boolean {
  const crossover = findCrossover(ours, theirs)
  const weigh = (chain: WeighedChain): bigint =>
    chainWeight(crossover === undefined ? chain : cutAt(chain, crossover, parameters), parameters)
  return weigh(ours) >= weigh(theirs)
}

/** Whole part of the blocks' weights plus whole part of the cascade's: what chains are compared by and users are shown. */
export function chainWeight({ blocks, cascade }: WeighedChain, parameters: NetworkParameters): bigint {
  const tree = blocks.reduce((sum, block) => addWeights(sum, block.weight), ZERO_WEIGHT)
  return floorWeight(tree) + floorWeight(thinCascade(cascade, parameters).weight)
}

/** Id of the newest shared block: their blocks are looked for before their cascade, in our tree before our cascade. */
function findCrossover(ours: WeighedChain, theirs: WeighedChain): string | undefined {
  const treeIds = new Set(ours.blocks.map(idText))
  const cascadeIds = new Set(ours.cascade.map(idText))
  for (const part of [theirs.blocks, theirs.cascade]) {
    const ids = part.map(idText)
    const shared = ids.find((id) => treeIds.has(id)) ?? ids.find((id) => cascadeIds.has(id))
    if (shared !== undefined) return shared
  }
  return undefined
}

const idText = ({ id }: WeighedBlock): string => toHex(id)

/** The part down to the crossover. A cascade that is cut is thinned out anew, from level 0 on. */
function cutAt({ blocks, cascade }: WeighedChain, crossover: string, parameters: NetworkParameters): WeighedChain {
  const inTree = blocks.findIndex((block) => idText(block) === crossover)
  if (inTree >= 0) return { blocks: blocks.slice(0, inTree + 1), cascade: [] }
  const inCascade = cascade.findIndex((block) => idText(block) === crossover)
  const part = inCascade < 0 ? cascade : cascade.slice(0, inCascade + 1)
  return {
    blocks,
    cascade: thinCascade(
      part.map((block) => ({ ...block, level: 0 })),
      parameters,
    ).blocks,
  }
}
