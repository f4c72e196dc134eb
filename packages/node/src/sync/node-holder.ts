import type { TxPoW } from '@minipolis/minima'
import type { Chain, MainBranch, Receipt } from '../chain/index.ts'
import type { Mempool } from '../mempool/index.ts'
import type { Store } from '../store/index.ts'
import type { WorkThread } from '../threads/index.ts'

/** The parts of a running node that peers reach, and how what they bring becomes known to the rest of it. */
export interface NodeHolder {
  readonly store: Store
  readonly chain: Chain
  readonly branch: MainBranch
  readonly pool: Mempool
  /** Does what would keep the node from other things; without one everything is done at once. */
  readonly thread?: WorkThread
  /** Stores a unit that was judged, processes it, and tells mempool, wallet and listeners. */
  take(txpow: TxPoW): Receipt
  /** Tells mempool, wallet and listeners of blocks that came by download. */
  follow(receipt: Receipt): void
}
