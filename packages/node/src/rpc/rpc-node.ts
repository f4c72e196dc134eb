import type { NetworkParameters, RandomBytes, TxPoW } from '@minipolis/minima'
import type { Chain, MainBranch } from '../chain/index.ts'
import type { MegaMMRStore } from '../mega-mmr/index.ts'
import type { Mempool } from '../mempool/index.ts'
import type { Miner, SignedTransaction } from '../miner/index.ts'
import type { NodeCore } from '../node/core.ts'
import type { NodeListener, UnitListener } from '../node/events.ts'
import type { Store } from '../store/index.ts'
import type { Wallet } from '../wallet/index.ts'
import type { Peers } from './peers.ts'

export interface RebuildOptions {
  /** Take wallet and settings of this database instead of the node's own. */
  readonly from?: Uint8Array
  /** Begin a new wallet with this seed phrase. */
  readonly phrase?: string
  /** Default keys of the new wallet. */
  readonly keys?: number
}

/** What the commands see of a running node. A `NodeCore` is most of one. */
export interface RpcNode {
  readonly parameters: NetworkParameters
  readonly store: Store
  readonly chain: Chain
  /** All coins of the chain, of a node that keeps them. */
  readonly megaMMR: MegaMMRStore | undefined
  readonly branch: MainBranch
  readonly pool: Mempool
  readonly wallet: Wallet
  readonly miner: Miner
  readonly peers: Peers
  /** The data folder: files that commands name are in a folder inside of it. */
  readonly folder: string
  /** A candidate on the tip. @throws NodeError `no-chain` */
  template(own: SignedTransaction | undefined): TxPoW
  /** Takes a unit that was mined here. @throws NodeError `transaction-invalid` */
  post(txpow: TxPoW): void
  /** Milliseconds since 1970. */
  now(): number
  readonly random: RandomBytes
  /** Calls back for each block that joins the main branch. @returns stops that */
  watch(listener: NodeListener): () => void
  /** Calls back for units that come and that are worked on. @returns stops that */
  watchUnits(listener: UnitListener): () => void
  /** Keeps a database that takes the place of the node's own when it starts again. */
  restoreStore(database: Uint8Array): Promise<void>
  /**
   * Fills a second node beside this one, which has its wallet but no chain; its database takes the place of this node's own when
   * it starts again. Where `fill` throws, nothing happened.
   */
  rebuild<T>(fill: (other: NodeCore) => Promise<T>, options?: RebuildOptions): Promise<T>
  /** The same, and nothing of it is kept. */
  tryOut<T>(work: (other: NodeCore) => Promise<T>): Promise<T>
  /** Port of this interface, as `status` shows it. */
  readonly rpcPort: number
  /** Told of faults that no caller waits for. */
  failed(error: unknown): void
  /** Stops the whole node, soon after it returned. */
  quit(): void
}
