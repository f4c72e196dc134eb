import { factsOf, type RandomBytes, type TxPoW } from '@minipolis/minima'
import type { Receipt } from '../chain/index.ts'
import { type MaximaHost, type PeerEvent, PeerNetwork, type PeerNetworkOptions } from '../peers/index.ts'
import { ChainLoader, type SyncProgress } from './chain-loader.ts'
import { MegaMMRService } from './mega-mmr-service.ts'
import { MissingParts } from './missing-parts.ts'
import { NodeChain } from './node-chain.ts'
import type { NodeHolder } from './node-holder.ts'
import { peerMemory } from './peer-memory.ts'
import { WorkOffers } from './work-offers.ts'

/** Milliseconds that a node without a chain waits to compare what several peers offer. */
const COMPARE_MS = 3_000

export interface NodePeersOptions extends PeerNetworkOptions {
  /** Milliseconds to compare the chains of several peers before one is taken; 3,000 with more than one peer, else 0. */
  readonly compareMs?: number
  /** Whether blocks from before the first download are fetched for the archive. On by default. */
  readonly loadsOlder?: boolean
}

export interface NodePeersParts {
  readonly holder: NodeHolder
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: RandomBytes
  readonly told?: (event: PeerEvent) => void
  readonly progress?: (progress: SyncProgress) => void
  readonly maxima?: MaximaHost
}

/** A node's side of the network: its connections, and the loader that they feed. */
export class NodePeers {
  readonly network: PeerNetwork
  readonly #loader: ChainLoader
  readonly #offers: WorkOffers | undefined

  constructor(options: NodePeersOptions, parts: NodePeersParts) {
    const { holder, now, random, told, progress, maxima } = parts
    const severalPeers = (options.connect?.length ?? 0) > 1 || options.p2p !== undefined
    const missing = new MissingParts(holder)
    this.#loader = new ChainLoader(
      { compareMs: options.compareMs ?? (severalPeers ? COMPARE_MS : 0), loadsOlder: options.loadsOlder ?? true },
      { holder, missing, now, ...(progress === undefined ? {} : { progress }) },
    )
    this.network = new PeerNetwork(options, {
      chain: new NodeChain(holder, missing, now),
      sync: this.#loader,
      now,
      random,
      ...(told === undefined ? {} : { told }),
      ...(maxima === undefined ? {} : { maxima }),
      ...(holder.megaMMR && { coins: new MegaMMRService(holder) }),
      memory: peerMemory(holder.store.settings),
    })
    this.#offers = createOffers(parts, this.network)
  }

  get isSyncing(): boolean {
    return this.#loader.isBusy
  }

  /** @throws PeersError `listen-failed` */
  async start(): Promise<void> {
    await this.network.start()
  }

  /** Tells peers of a unit that this node made. */
  posted(txpow: TxPoW, receipt: Receipt): void {
    if (this.network.peers().length > 0) this.#offers?.made(txpow)
    this.network.publish(
      factsOf(txpow).id,
      receipt.added.map(({ id }) => id),
    )
  }

  async stop(): Promise<void> {
    this.#offers?.stop()
    this.#loader.stop()
    await this.network.stop()
  }
}

/** Undefined for a holder that makes no blocks. */
function createOffers({ holder, told }: NodePeersParts, network: PeerNetwork): WorkOffers | undefined {
  const template = holder.template?.bind(holder)
  return (
    template &&
    new WorkOffers({
      blockTimeMs: 1000 / Number(holder.chain.parameters.blockSpeed.toString()),
      template: () => template(undefined),
      send: (offered) => network.offerWork(offered),
      failed: (error) => told?.({ kind: 'failed', error }),
    })
  )
}
