import { type Greeting, greetingRootBlock, MiniNumber, toHex } from '@minipolis/minima'
import type { BlockTree, Chain } from '../chain/index.ts'
import type { IbdAnswer } from '../peers/index.ts'
import { PLACE, type Store } from '../store/index.ts'
import { EMPTY_IBD, ibdBytes } from './ibd-bytes.ts'

/** Blocks of the archive in one answer to a greeting. */
export const IBD_ARCHIVE_BLOCKS_MAX = 34_000
/** Blocks of one page of the archive. */
export const ARCHIVE_PAGE_BLOCKS = 256
/** Of a peer's ids, the archive is searched for every so manieth. */
const SEARCH_STEP = 20

/** The chain, for those who lack some of it. Nothing is decoded: what was stored is sent. */
export class IbdAnswers {
  readonly #store: Store
  readonly #chain: Chain

  constructor(store: Store, chain: Chain) {
    this.#store = store
    this.#chain = chain
  }

  /** What a peer lacks, told by its greeting. Source: spec 05 section 16.2 */
  forGreeting(greeting: Greeting): IbdAnswer {
    const { root, tip } = this.#tree
    if (root === undefined || tip === undefined) return { payload: EMPTY_IBD, isSameChain: true }
    const { topBlock, chain } = greeting
    const rootNumber = MiniNumber.of(root.number)
    if (topBlock.isNegative()) return this.#complete(true)
    if (topBlock.lessThan(rootNumber)) return this.#sinceArchived(chain, root.number)
    if (greetingRootBlock(greeting).moreThan(MiniNumber.of(tip.number))) return this.#complete(true)
    for (const id of chain) {
      const node = this.#tree.get(toHex(id))
      if (node !== undefined && this.#tree.isMain(node)) {
        return { payload: ibdBytes(null, this.#treeFrom(node.number + 1)), isSameChain: true }
      }
    }
    return this.#complete(false)
  }

  /** Archived blocks below a number, highest first. Source: spec 06 section 6.3 */
  below(number: MiniNumber): Uint8Array {
    const top = Number(number.toBigInt()) - 1
    if (!Number.isSafeInteger(top) || top < 0) return EMPTY_IBD
    const blocks = this.#archived(top - ARCHIVE_PAGE_BLOCKS + 1, top)
    return ibdBytes(null, blocks.reverse())
  }

  /** Blocks from a number on. Source: spec 06 section 6.4 */
  from(number: MiniNumber): Uint8Array {
    const first = Number(number.toBigInt())
    const { root } = this.#tree
    if (!Number.isSafeInteger(first) || first < 0 || root === undefined) return EMPTY_IBD
    if (first === root.number || (first === 0 && root.number === 1)) return ibdBytes(null, this.#treeFrom(root.number))
    const oldest = this.#store.blocks.oldestArchived()
    const from = Math.max(first, oldest ?? first)
    const blocks = this.#archived(from, from + ARCHIVE_PAGE_BLOCKS - 1)
    return ibdBytes(null, blocks)
  }

  get #tree(): BlockTree {
    return this.#chain.tree
  }

  #complete(isSameChain: boolean): IbdAnswer {
    return { payload: ibdBytes(this.#chain.cascade.cascade, this.#treeFrom(0)), isSameChain }
  }

  #sinceArchived(ids: readonly Uint8Array[], rootNumber: number): IbdAnswer {
    const tried = ids.filter((_, i) => i % SEARCH_STEP === 0 || i === ids.length - 1)
    for (const id of tried) {
      const block = this.#store.blocks.get(id)
      if (block === undefined || block.place !== PLACE.archive) continue
      if (rootNumber - block.number > IBD_ARCHIVE_BLOCKS_MAX) break
      const archived = this.#archived(block.number + 1, rootNumber - 1)
      return { payload: ibdBytes(null, [...archived, ...this.#treeFrom(rootNumber)]), isSameChain: true }
    }
    return this.#complete(true)
  }

  #archived(from: number, to: number): Uint8Array[] {
    return this.#store.blocks.archivedRange(from, to).map(({ txblock }) => txblock)
  }

  #treeFrom(number: number): Uint8Array[] {
    return this.#tree.mainFrom(number).map(({ id }) => this.#store.blocks.get(id)!.txblock)
  }
}
