import type { RandomBytes } from '@minipolis/minima'
import type { NodeCore } from '../node/core.ts'
import type { NodeListener, UnitListener } from '../node/events.ts'
import { NO_PEERS, type Peers } from './peers.ts'
import { rebuild, restore } from './rebuild.ts'
import type { RpcNode } from './rpc-node.ts'

export interface CoreNodeParts {
  readonly folder: string
  readonly now: () => number
  readonly random: RandomBytes
  /** A port of 0 is known only after the start, so it may be asked for later. */
  readonly rpcPort: number | (() => number)
  readonly peers?: Peers
  readonly watch: (listener: NodeListener) => () => void
  readonly watchUnits: (listener: UnitListener) => () => void
  readonly failed: (error: unknown) => void
  readonly quit: () => void
}

/** A running node as the commands see it. */
export const coreNode = (core: NodeCore, parts: CoreNodeParts): RpcNode => ({
  parameters: core.chain.parameters,
  store: core.store,
  chain: core.chain,
  megaMMR: core.megaMMR,
  branch: core.branch,
  pool: core.pool,
  wallet: core.wallet,
  miner: core.miner,
  peers: parts.peers ?? NO_PEERS,
  folder: parts.folder,
  template: (own) => core.template(own),
  post: (txpow) => core.post(txpow),
  now: parts.now,
  random: parts.random,
  get rpcPort() {
    return typeof parts.rpcPort === 'number' ? parts.rpcPort : parts.rpcPort()
  },
  watch: parts.watch,
  watchUnits: parts.watchUnits,
  failed: parts.failed,
  quit: parts.quit,
  restoreStore: (database) => restore(core, parts.folder, database),
  rebuild: (fill, options = {}) => rebuild(core, parts.folder, fill, { ...options, isKept: true }),
  tryOut: (work) => rebuild(core, parts.folder, work, { isKept: false }),
})
