import type { RandomBytes, TxPoW } from '@minipolis/minima'
import type { PeerAddress } from '../peers/peer-address.ts'
import type { TipView } from './receiver.ts'
import type { MaximaStore } from './store.ts'
import type { MaximaWork } from './work.ts'

export interface MaximaOptions {
  /** Where this node listens, as it is set or as its machine says. */
  readonly localAddress: () => PeerAddress
  /** Where others reach this node, as far as it has learned that from its peers; else the local address. */
  readonly publicAddress: () => PeerAddress
  /** Call addresses of the own machine and of private networks, and use peers there as hosts. */
  readonly allowInternal: boolean
  /** Blocks below the tip of the block that contacts compare: 50, in test networks 16. */
  readonly checkDepth: number
}

/** The chain, as far as messaging needs it. */
export interface MaximaChain {
  tip(): TipView | undefined
  /** The block of the main branch so many blocks below the tip, or the oldest of the tree. `id` in upper-case hex. */
  below(depth: number): { readonly number: number; readonly id: string } | undefined
  /** Id of the block of the main branch with this number, as long as it is in the tree. */
  blockId(number: number): string | undefined
}

export interface MaximaParts {
  readonly chain: MaximaChain
  readonly work: MaximaWork
  /** Takes the work of a message that makes a block. Ours is to be told to the network, what others send is judged like any. */
  readonly foundBlock: (txpow: TxPoW, by: 'us' | 'others') => void
  /** An address of the wallet, `Mx…`. */
  readonly walletAddress: () => Promise<string>
  readonly store: MaximaStore
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Bytes that nobody can guess. RSA keys are made by the system's own source. */
  readonly random: RandomBytes
  /** Told of faults that no caller waits for. */
  readonly failed: (error: unknown) => void
}
