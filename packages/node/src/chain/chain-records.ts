import { encode, factsOf, parentId, TxBlock, TxPoW } from '@minipolis/minima'
import type { Store } from '../store/index.ts'
import type { BlockNode } from './block-node.ts'
import { type Interests, isRelevantTxPoW } from './relevance.ts'

export interface ChainRecordsParts {
  readonly store: Pick<Store, 'blocks' | 'txpows'>
  readonly interests: Interests
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Writes units into the store: those of the tree as blocks, all others beside it, and notes which concern the wallet. */
export class ChainRecords {
  readonly #parts: ChainRecordsParts

  constructor(parts: ChainRecordsParts) {
    this.#parts = parts
  }

  /** Keeps a block of the tree. */
  keep({ id, number }: BlockNode, txblock: TxBlock): void {
    const listed = txblock.txpow.body?.txpowIds ?? []
    this.#parts.store.blocks.add({ id, number, txblock: encode(TxBlock, txblock) }, listed)
    this.markRelevant(id, txblock.txpow)
  }

  /** Keeps a unit beside the tree. */
  setAside(txpow: TxPoW): void {
    const { store, interests } = this.#parts
    const { id, isBlock } = factsOf(txpow)
    store.txpows.add({
      id,
      parent: isBlock ? parentId(txpow.header) : null,
      receivedMs: this.#parts.now(),
      relevant: isRelevantTxPoW(txpow, interests),
      bytes: encode(TxPoW, txpow),
    })
  }

  markRelevant(id: Uint8Array, txpow: TxPoW): void {
    const { store, interests } = this.#parts
    if (isRelevantTxPoW(txpow, interests)) store.txpows.markRelevant(id)
  }
}
