import type { TxPoW } from '@minipolis/minima'
import type { Chain, MainBranch, Receipt } from '../chain/index.ts'
import type { MegaMMRStore } from '../mega-mmr/index.ts'
import type { Mempool } from '../mempool/index.ts'
import type { Store } from '../store/index.ts'
import type { WorkThread } from '../threads/index.ts'

/** The parts of a running node that peers reach, and how what they bring becomes known to the rest of it. */
export interface NodeHolder {
  readonly store: Store
  readonly chain: Chain
  readonly branch: MainBranch
  /** All coins of the chain, of a node that keeps them. */
  readonly megaMMR?: MegaMMRStore | undefined
  readonly pool: Mempool
  /** Does what would keep the node from other things; without one everything is done at once. */
  readonly thread?: WorkThread
  /** A candidate on the tip. @throws NodeError `no-chain` */
  template?(own: undefined): TxPoW
  /** Stores a unit that was judged, processes it, and tells mempool, wallet and listeners. */
  take(txpow: TxPoW): Receipt
  /** Tells mempool, wallet and listeners of blocks that came by download. */
  follow(receipt: Receipt): void
}
