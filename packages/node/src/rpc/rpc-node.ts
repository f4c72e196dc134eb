import type { NetworkParameters, RandomBytes, TxPoW } from '@minipolis/minima'
import type { Chain, MainBranch } from '../chain/index.ts'
import type { Mempool } from '../mempool/index.ts'
import type { Miner, SignedTransaction } from '../miner/index.ts'
import type { NodeListener } from '../node/events.ts'
import type { Store } from '../store/index.ts'
import type { Wallet } from '../wallet/index.ts'
import type { Peers } from './peers.ts'

/** What the commands see of a running node. A `NodeCore` is most of one. */
export interface RpcNode {
  readonly parameters: NetworkParameters
  readonly store: Store
  readonly chain: Chain
  readonly branch: MainBranch
  readonly pool: Mempool
  readonly wallet: Wallet
  readonly miner: Miner
  readonly peers: Peers
  /** The data folder: files that commands name are inside of it. */
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
  /** Keeps a database that takes the place of the node's own when it starts again. */
  restoreStore(database: Uint8Array): Promise<void>
  /** Port of this interface, as `status` shows it. */
  readonly rpcPort: number
  /** Told of faults that no caller waits for. */
  failed(error: unknown): void
  /** Stops the whole node, soon after it returned. */
  quit(): void
}
