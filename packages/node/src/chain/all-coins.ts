import { bagPeaks, decode, mmrDataEqual, TxBlock } from '@minipolis/minima'
import { catchUp, type MegaMMRStore } from '../mega-mmr/index.ts'
import type { Store } from '../store/index.ts'
import type { BlockNode } from './block-node.ts'

/** All coins of the chain below the root of the tree, where a node keeps them. */
export class AllCoins {
  readonly #kept: MegaMMRStore | undefined

  constructor(kept: MegaMMRStore | undefined) {
    this.#kept = kept
  }

  /** The coins, when none of the blocks below the root is missing. */
  below(root: BlockNode | undefined): MegaMMRStore | undefined {
    return root !== undefined && this.#kept?.number === root.number - 1 ? this.#kept : undefined
  }

  reload(): void {
    this.#kept?.reload()
  }

  /** Starts with the peaks that a new root names. Coins that were filled in for exactly this block stay. */
  begin(root: BlockNode, { previousPeaks }: TxBlock): void {
    if (this.#kept === undefined) return
    const number = root.number - 1
    const wanted = bagPeaks(previousPeaks.map(({ data }) => data))
    const kept = this.#kept.number === number ? this.#kept.root() : undefined
    const isSame = wanted !== undefined && kept !== undefined && mmrDataEqual(wanted, kept)
    if (!isSame) this.#kept.begin(number, previousPeaks)
  }

  /** The root's ancestors are gone: what it does not know of the coin tree is found here. */
  link(root: BlockNode | undefined): void {
    if (root !== undefined) root.mmr.archive = this.below(root)
  }

  /**
   * Goes through the blocks of the store that are missing.
   *
   * @param progress told of blocks done and to do, and the number of the newest
   */
  async catchUp(
    root: BlockNode | undefined,
    store: Store,
    progress?: (done: number, total: number, number: number) => void,
  ): Promise<void> {
    if (this.#kept === undefined || root === undefined) return
    const { previousPeaks } = decode(TxBlock, store.blocks.get(root.id)!.txblock)
    await catchUp(
      this.#kept,
      { number: root.number, previousPeaks },
      {
        blocks: store.blocks,
        transact: (work) => store.transact(work),
        ...(progress === undefined ? {} : { progress }),
      },
    )
  }
}
