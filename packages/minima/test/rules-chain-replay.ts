import { toHex } from '../src/codec/index.ts'
import type { MMR } from '../src/mmr/index.ts'
import {
  addWeights,
  blockWeight,
  type Coin,
  isTransaction,
  parentId,
  type TxBlock,
  type TxHeader,
  type TxPoW,
  type Weight,
  ZERO_WEIGHT,
} from '../src/objects/index.ts'
import {
  applyTxBlock,
  type BlockState,
  blocksToCascade,
  type CascadeBlock,
  type CascadeContext,
  checkBlock,
  chooseTip,
  createGenesisMmr,
  createTxBlock,
  factsOf,
  type NetworkParameters,
  thinCascade,
} from '../src/rules/index.ts'

/** A block in the replayed tree. */
export interface ReplayNode extends BlockState {
  readonly txpow: TxPoW
  readonly txBlock: TxBlock
  readonly weight: Weight
  readonly coins: readonly Coin[]
  readonly children: ReplayNode[]
  parent: ReplayNode | undefined
}

export type ReplayCascadeBlock = CascadeContext & CascadeBlock & { readonly header: TxHeader }

/**
 * The smallest node that can follow a recorded chain: everything in memory, in the order of spec 05 section 14. What it decides
 * comes from the rules; the durable node builds the same on its store.
 */
export class ChainReplay {
  readonly nodes = new Map<string, ReplayNode>()
  /** Every unit ever received, in order of arrival. */
  readonly units = new Map<string, TxPoW>()
  cascade: readonly ReplayCascadeBlock[] = []
  cascadeWeight: Weight = ZERO_WEIGHT
  root: ReplayNode
  tip: ReplayNode
  branchLength = 1
  rootWeight: Weight
  private readonly inCascade = new Set<string>()
  private readonly parameters: NetworkParameters

  constructor(genesis: TxPoW, parameters: NetworkParameters) {
    this.parameters = parameters
    this.units.set(idOf(genesis), genesis)
    const txBlock = createTxBlock(createGenesisMmr(), genesis, [])
    this.root = this.add(txBlock, undefined, applyTxBlock(txBlock))
    this.tip = this.root
    this.rootWeight = this.root.weight
  }

  /** Takes a unit. @returns the ids of the blocks that entered the tree because of it */
  receive(txpow: TxPoW): string[] {
    this.units.set(idOf(txpow), txpow)
    const added: string[] = []
    const stack = [txpow]
    for (let unit = stack.pop(); unit !== undefined; unit = stack.pop()) {
      const id = idOf(unit)
      const { header } = unit
      const inRange = header.blockNumber.moreThan(this.root.header.blockNumber)
      if (!factsOf(unit).isBlock || !inRange || this.nodes.has(id)) continue
      const parent = this.nodes.get(toHex(parentId(header)))
      if (parent !== undefined) {
        if (!this.tryAdd(unit, parent)) continue
        added.push(id)
        for (const known of this.units.values()) if (toHex(parentId(known.header)) === id) stack.push(known)
      } else {
        const known = this.units.get(toHex(parentId(header)))
        if (known !== undefined) stack.push(known)
      }
    }
    if (added.length > 0) this.recalculate()
    return added
  }

  private tryAdd(unit: TxPoW, parent: ReplayNode): boolean {
    const listed = (unit.body?.txpowIds ?? []).map((id) => this.units.get(toHex(id)))
    if (listed.includes(undefined)) return false
    const accepted = checkBlock(
      unit,
      listed.filter((each) => each !== undefined),
      parent,
      this.context(),
    )
    if (!accepted.ok) return false
    parent.children.push(this.add(accepted.txBlock, parent, accepted.applied))
    return true
  }

  context(): { parameters: NetworkParameters; cascade: readonly CascadeContext[] } {
    return { parameters: this.parameters, cascade: this.cascade }
  }

  private add(
    txBlock: TxBlock,
    parent: ReplayNode | undefined,
    { mmr, spent, created }: { mmr: MMR; spent: readonly Coin[]; created: readonly Coin[] },
  ): ReplayNode {
    const { txpow } = txBlock
    const { id, superLevel } = factsOf(txpow)
    mmr.parent = parent?.mmr
    const weight = blockWeight(id, txpow.header)
    const node = {
      id,
      header: txpow.header,
      superLevel,
      txpow,
      txBlock,
      weight,
      mmr,
      coins: [...spent, ...created],
      children: [],
      parent,
    }
    this.nodes.set(toHex(id), node)
    return node
  }

  private recalculate(): void {
    this.chooseTip()
    const count = blocksToCascade(this.branchLength, this.parameters)
    if (count === 0) return
    const branch = this.branch().toReversed()
    for (const node of branch.slice(0, count)) this.moveToCascade(node)
    const thinned = thinCascade(this.cascade, this.parameters)
    this.cascade = thinned.blocks
    this.cascadeWeight = thinned.weight
    this.root = branch[count]!
    this.root.parent = undefined
    this.root.mmr.parent = undefined
    this.nodes.clear()
    const kept = [this.root]
    for (let node = kept.pop(); node !== undefined; node = kept.pop()) {
      this.nodes.set(toHex(node.id), node)
      kept.push(...node.children)
    }
    this.chooseTip()
  }

  private chooseTip(): void {
    const { tip, length, totalWeights } = chooseTip<ReplayNode>(this.root)
    this.tip = tip
    this.branchLength = length
    this.rootWeight = totalWeights.get(this.root)!
  }

  private moveToCascade(node: ReplayNode): void {
    for (const id of [node.id, ...(node.txpow.body?.txpowIds ?? [])]) this.inCascade.add(toHex(id))
    const { id, superLevel, weight, header } = node
    this.cascade = [{ id, superLevel, weight, header, level: 0 }, ...this.cascade]
  }

  /** The main branch, tip first. */
  branch(): ReplayNode[] {
    const nodes: ReplayNode[] = []
    for (let node: ReplayNode | undefined = this.tip; node !== undefined; node = node.parent) nodes.push(node)
    return nodes
  }

  /** Ids of the units that carry a transaction and are neither on the main branch nor in the cascade, sorted. */
  mempool(): string[] {
    const onChain = new Set(this.branch().flatMap(({ id, txpow }) => [id, ...(txpow.body?.txpowIds ?? [])].map(toHex)))
    return [...this.units]
      .filter(([id, unit]) => isTransaction(unit) && !onChain.has(id) && !this.inCascade.has(id))
      .map(([id]) => id)
      .sort()
  }

  /** Weight shown for the whole tree and cascade, exact. */
  totalWeight(): Weight {
    return addWeights(this.rootWeight, this.cascadeWeight)
  }
}

export const idOf = (txpow: TxPoW): string => toHex(factsOf(txpow).id)
