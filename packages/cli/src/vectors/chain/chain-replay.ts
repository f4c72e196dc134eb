import {
  applyTxBlock,
  blocksToCascade,
  type CascadeBlock,
  type CascadeContext,
  type ChainContext,
  checkBlock,
  chooseTip,
  createGenesisMmr,
  createTxBlock,
  factsOf,
  type NetworkParameters,
  parentId,
  type ThinnedCascade,
  type TxHeader,
  type TxPoW,
  thinCascade,
  toHex,
  type Weight,
  ZERO_WEIGHT,
} from '@minipolis/minima'
import { addBlock, carriedIds, type ReplayBlock } from './replay-block.ts'

/** A block of the cascade. */
export type ReplayCascadeBlock = CascadeContext & CascadeBlock & { readonly header: TxHeader }

/**
 * A chain that follows the rules and nothing else: no store, no clock, no peers. Units are given in the order a recorded node
 * received them. Source: spec 05 section 14.
 */
export class ChainReplay implements ChainContext {
  readonly parameters: NetworkParameters
  /** Every unit received, in order. */
  readonly units = new Map<string, TxPoW>()
  /** Blocks of the tree by id. */
  readonly blocks = new Map<string, ReplayBlock>()
  /** Ids of the units that went below the root. */
  readonly inCascade = new Set<string>()
  root: ReplayBlock
  tip: ReplayBlock
  branchLength = 1
  rootWeight: Weight
  #thinned: ThinnedCascade<ReplayCascadeBlock> = { blocks: [], weight: ZERO_WEIGHT }

  constructor(genesis: TxPoW, parameters: NetworkParameters) {
    this.parameters = parameters
    const txBlock = createTxBlock(createGenesisMmr(), genesis, [])
    this.root = addBlock(txBlock, applyTxBlock(txBlock), undefined)
    this.tip = this.root
    this.rootWeight = this.root.weight
    this.units.set(this.root.hex, genesis)
    this.blocks.set(this.root.hex, this.root)
  }

  get cascade(): readonly ReplayCascadeBlock[] {
    return this.#thinned.blocks
  }

  get cascadeWeight(): Weight {
    return this.#thinned.weight
  }

  /** The main branch, tip first. */
  branch(): readonly ReplayBlock[] {
    const branch: ReplayBlock[] = []
    for (let block: ReplayBlock | undefined = this.tip; block !== undefined; block = block.parent) branch.push(block)
    return branch
  }

  /** Takes a unit, and with it the blocks that waited for it. */
  receive(txpow: TxPoW): void {
    this.units.set(toHex(factsOf(txpow).id), txpow)
    let changed = false
    const stack = [txpow]
    for (let unit = stack.pop(); unit !== undefined; unit = stack.pop()) {
      if (!this.#isWanted(unit)) continue
      const wanted = toHex(parentId(unit.header))
      const parent = this.blocks.get(wanted)
      if (parent === undefined) {
        const known = this.units.get(wanted)
        if (known !== undefined) stack.push(known)
      } else if (this.#tryOn(parent, unit)) {
        changed = true
        stack.push(...this.#childrenOf(unit))
      }
    }
    if (changed) this.#recalculate()
  }

  #isWanted(unit: TxPoW): boolean {
    const { id, isBlock } = factsOf(unit)
    const { blockNumber } = unit.header
    const margin = this.root.header.blockNumber.asInt() + this.parameters.processingMarginBlocks
    const inRange =
      this.tip.header.blockNumber.asInt() < this.parameters.processingAllBelowTip || blockNumber.asInt() > margin
    return isBlock && inRange && !this.blocks.has(toHex(id))
  }

  #childrenOf(unit: TxPoW): readonly TxPoW[] {
    const id = toHex(factsOf(unit).id)
    return [...this.units.values()].filter(({ header }) => toHex(parentId(header)) === id)
  }

  #tryOn(parent: ReplayBlock, unit: TxPoW): boolean {
    const listed = (unit.body?.txpowIds ?? []).map((id) => this.units.get(toHex(id)))
    const known = listed.filter((each) => each !== undefined)
    if (known.length < listed.length) return false
    const accepted = checkBlock(unit, known, parent, this)
    if (!accepted.ok) return false
    const block = addBlock(accepted.txBlock, accepted.applied, parent)
    this.blocks.set(block.hex, block)
    return true
  }

  #recalculate(): void {
    this.#chooseTip()
    const count = blocksToCascade(this.branchLength, this.parameters)
    if (count === 0) return
    const oldestFirst = this.branch().toReversed()
    const leaving = oldestFirst.slice(0, count)
    for (const block of leaving) for (const id of carriedIds(block)) this.inCascade.add(id)
    const joined = leaving.map(({ id, header, superLevel, weight }) => ({ id, header, superLevel, weight, level: 0 }))
    this.#thinned = thinCascade([...joined.toReversed(), ...this.cascade], this.parameters)
    this.#cutAt(oldestFirst[count]!)
    this.#chooseTip()
  }

  #cutAt(root: ReplayBlock): void {
    root.parent = undefined
    root.mmr.parent = undefined
    this.root = root
    this.blocks.clear()
    const kept = [root]
    for (let block = kept.pop(); block !== undefined; block = kept.pop()) {
      this.blocks.set(block.hex, block)
      kept.push(...block.children)
    }
  }

  #chooseTip(): void {
    const { tip, length, totalWeights } = chooseTip<ReplayBlock>(this.root)
    this.tip = tip
    this.branchLength = length
    this.rootWeight = totalWeights.get(this.root)!
  }
}
