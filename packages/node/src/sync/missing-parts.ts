import { factsOf, fromHex, parentId, type TxPoW, toHex } from '@minipolis/minima'
import type { NodeHolder } from './node-holder.ts'

/** Parents that are followed back from one block. Source: spec 06 section 5.3 */
const PARENTS_MAX = 512
/** Blocks of the main branch that are looked through. Source: spec 06 section 5.3 */
const BRANCH_BLOCKS = 256
/** Ids asked for at a time. */
const IDS_MAX = 5_000
/** Listed units that blocks wait for. */
const AWAITED_MAX = 20_000

/** Finds out what this node lacks of the blocks that it knows of, and remembers which units such blocks list. */
export class MissingParts {
  readonly #holder: Pick<NodeHolder, 'chain' | 'store'>
  readonly #awaited = new Set<string>()

  constructor(holder: Pick<NodeHolder, 'chain' | 'store'>) {
    this.#holder = holder
  }

  /**
   * Whether a block that did its work lists the unit, hex, and it has not come: it may be part of the chain, and needs no work of
   * its own.
   */
  isAwaited(id: string): boolean {
    return this.#awaited.has(id)
  }

  /** The unit is there. */
  came(id: string): void {
    this.#awaited.delete(id)
  }

  /**
   * What a block needs before it can enter the tree: its listed units, those of its parents that are known and not in the tree,
   * and the first parent that is unknown.
   */
  ofBlock(block: TxPoW): Uint8Array[] {
    const { tree, known } = this.#holder.chain
    const { root } = tree
    if (root === undefined || !factsOf(block).isBlock) return []
    const missing: Uint8Array[] = []
    let current: TxPoW | undefined = block
    for (let steps = 0; steps < PARENTS_MAX && current !== undefined; steps++) {
      if (tree.get(toHex(factsOf(current).id)) !== undefined || isBelowRoot(current, root.number)) break
      missing.push(...this.listedBy(current))
      const parent: Uint8Array = parentId(current.header)
      if (tree.get(toHex(parent)) !== undefined) break
      const above: TxPoW = current
      current = known.get(toHex(parent))
      if (current === undefined && !isBelowRoot(above, root.number + 1)) missing.push(parent)
    }
    return missing.slice(0, IDS_MAX)
  }

  /** Units that the newest blocks of the main branch list and this node does not have, newest block first. */
  ofBranch(): Uint8Array[] {
    const { tree } = this.#holder.chain
    const missing: Uint8Array[] = []
    for (let node = tree.tip, blocks = 0; node !== undefined && blocks < BRANCH_BLOCKS; node = node.parent, blocks++) {
      missing.push(...this.#unknown(node.transactions.map(fromHex)))
    }
    return missing.slice(0, IDS_MAX)
  }

  /**
   * What a list of a peer's newest blocks, tip first, shows to be missing: unknown blocks and unknown units of known ones down to
   * the first block that is in tree or archive, oldest first. Undefined when no block of the list is. Source: spec 06 section 7.1
   */
  ofPulse(ids: readonly Uint8Array[]): Uint8Array[] | undefined {
    const { chain, store } = this.#holder
    const missing: Uint8Array[] = []
    for (const id of ids) {
      const hex = toHex(id)
      if (chain.tree.get(hex) !== undefined || store.blocks.has(id)) return missing.reverse().slice(0, IDS_MAX)
      const known = chain.known.get(hex)
      if (known === undefined) missing.push(id)
      else missing.push(...this.listedBy(known))
    }
    return undefined
  }

  /** Listed units of a block that this node does not have. */
  listedBy({ body }: TxPoW): Uint8Array[] {
    return body === null ? [] : this.#unknown(body.txpowIds)
  }

  #unknown(ids: readonly Uint8Array[]): Uint8Array[] {
    const { known } = this.#holder.chain
    return ids.filter((id) => {
      const hex = toHex(id)
      if (known.has(hex)) return false
      if (this.#awaited.size >= AWAITED_MAX) this.#awaited.delete(this.#awaited.values().next().value!)
      this.#awaited.add(hex)
      return true
    })
  }
}

const isBelowRoot = ({ header }: TxPoW, rootNumber: number): boolean =>
  header.blockNumber.toBigInt() <= BigInt(rootNumber)
