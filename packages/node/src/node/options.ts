import type { NetworkName, NetworkParameters, RandomBytes } from '@minipolis/minima'
import type { AutomineMode } from '../miner/index.ts'
import type { MaximaHost, PeerEvent } from '../peers/index.ts'
import type { NodePeersOptions, SyncProgress } from '../sync/index.ts'
import type { NodeCore } from './core.ts'

/** A network of one's own: other blocks under other rules, in the same bytes. */
export interface CustomNetwork {
  /** Told apart by this in data folders. */
  readonly name: string
  readonly parameters: NetworkParameters
}

export interface NodeOptions {
  /** With `custom`: the network that it is like, where nothing else is said. */
  readonly network: NetworkName
  readonly custom?: CustomNetwork
  /** Path of the database, or `:memory:`. */
  readonly file: string
  /** Size that the database may reach; beyond it writing fails with `disk-full`. Unlimited when absent. */
  readonly storeBytesMax?: number
  /** Connections to other nodes; a node on its own when absent. */
  readonly peers?: NodePeersOptions
  /** Begin a chain of its own when the store is empty. On by default for `dev` and `test`, unless there are peers to ask. */
  readonly genesis?: boolean
  /** How blocks are made when nobody sends a transaction. `solo` by default for `dev` and `test`, else `share`. */
  readonly automine?: AutomineMode
  /** Hashes per second that mining a transaction should cost, for about a second. */
  readonly hashRate?: number
  /** Keep every coin of the chain and the whole coin tree, on disk, and serve them to nodes that resync. Off by default. */
  readonly megaMMR?: boolean
  /** The seed phrase of a new wallet; a random one when absent. */
  readonly phrase?: string
}

export interface NodeParts {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Bytes that nobody can guess. */
  readonly random: RandomBytes
  /** Told of faults that no caller waits for, such as a block that could not be stored. */
  readonly failed?: (error: unknown) => void
  /** Told of peers that come and go, and of what they do wrong. */
  readonly told?: (event: PeerEvent) => void
  /** Told how a chain download goes on. */
  readonly progress?: (progress: SyncProgress) => void
  /** Makes the messaging layer before the first connection; without one, messages are only handed on to connected clients. */
  readonly messaging?: (core: NodeCore) => Promise<MaximaHost>
}

/** What a network does when the options do not say. */
export interface NetworkDefaults {
  readonly genesis: boolean
  readonly automine: AutomineMode
  readonly hashRate: number
  readonly defaultKeys: number
  readonly coinsWanted: number
}

/** On `dev` a transaction costs as little work as the rules allow, some milliseconds. */
export const networkDefaults: Readonly<Record<NetworkName, NetworkDefaults>> = {
  main: { genesis: false, automine: 'share', hashRate: 1_000_000, defaultKeys: 64, coinsWanted: 1 },
  test: { genesis: true, automine: 'solo', hashRate: 1_000_000, defaultKeys: 8, coinsWanted: 8 },
  dev: { genesis: true, automine: 'solo', hashRate: 10_000, defaultKeys: 8, coinsWanted: 8 },
}

/** Whether somebody can be asked for a chain. */
export const hasPeersToAsk = ({ peers }: NodeOptions): boolean =>
  [peers?.connect, peers?.p2p?.seeds, peers?.p2p?.suggested].some((addresses) => (addresses?.length ?? 0) > 0)
