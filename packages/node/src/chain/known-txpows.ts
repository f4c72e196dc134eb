import { decode, fromHex, TxBlock, TxPoW } from '@minipolis/minima'
import type { Store } from '../store/index.ts'

/** Every complete TxPoW the node has: waiting, refused, in the tree, in the archive. Ids are hex. */
export interface KnownTxPoWs {
  has(id: string): boolean
  get(id: string): TxPoW | undefined
}

/** @param recent asked first: units that are in memory anyway */
export function knownTxPoWs(store: Store, recent: (id: string) => TxPoW | undefined): KnownTxPoWs {
  return {
    has(id) {
      if (recent(id) !== undefined) return true
      const bytes = fromHex(id)
      return store.txpows.has(bytes) || store.blocks.has(bytes)
    },
    get(id) {
      const held = recent(id)
      if (held !== undefined) return held
      const key = fromHex(id)
      const stored = store.txpows.get(key)
      if (stored !== undefined) return decode(TxPoW, stored)
      const block = store.blocks.get(key)
      return block && decode(TxBlock, block.txblock).txpow
    },
  }
}
