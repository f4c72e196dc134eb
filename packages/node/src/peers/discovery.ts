import { decode, Greeting } from '@minipolis/minima'
import { isFaultOfInput } from '../errors/index.ts'
import type { P2PMessage } from '../wire/index.ts'
import { isPongOfOurs } from './greeting.ts'
import { askOnce } from './one-shot.ts'
import { type P2PAction, P2PLayer } from './p2p-layer.ts'
import type { NewLink } from './p2p-links.ts'
import type { P2PSettings } from './p2p-settings.ts'
import type { PeerAddress } from './peer-address.ts'
import { PeerKeeper } from './peer-memory.ts'
import type { PeerNetworkParts } from './peer-network-options.ts'

const PONG_BYTES_MAX = 64 * 1024

/** What discovery does with connections. Numbers are those of connections. */
export interface DiscoveryEffects {
  readonly send: (to: number, message: P2PMessage) => void
  readonly connect: (address: PeerAddress) => void
  readonly disconnect: (id: number) => void
}

/** Runs the P2P layer: does what it asks for, probes addresses, and keeps the known peers for the next start. */
export class Discovery {
  readonly #layer: P2PLayer
  readonly #parts: PeerNetworkParts
  readonly #effects: DiscoveryEffects
  readonly #keeper: PeerKeeper | undefined
  readonly #stopping = new AbortController()

  constructor(settings: P2PSettings, parts: PeerNetworkParts, effects: DiscoveryEffects) {
    const { memory, random, now } = parts
    this.#parts = parts
    this.#effects = effects
    this.#keeper = memory && new PeerKeeper(memory, now())
    const suggested = [...(this.#keeper?.remembered ?? []), ...(settings.suggested ?? [])]
    this.#layer = new P2PLayer({ ...settings, suggested }, random)
  }

  /** Nodes that answered a probe on our chain: to be told to others. */
  get known(): PeerAddress[] {
    return this.#layer.known()
  }

  /** Whether any address is known or waits for its probe. */
  get hasAny(): boolean {
    return this.#layer.toKeep().length > 0
  }

  /** This node's address as several of its peers see it; undefined when it was not found out. */
  get ownHost(): string | undefined {
    return this.#layer.host
  }

  linkUp(link: NewLink, port: number): void {
    this.#act(this.#layer.linkUp(link, port, this.#parts.now()))
  }

  linkDown(id: number): void {
    this.#layer.linkDown(id)
  }

  message(from: number, message: P2PMessage): void {
    this.#act(this.#layer.message(from, message, this.#parts.now()))
  }

  /** Takes addresses of the operator; each is probed before it is used. */
  add(addresses: readonly PeerAddress[]): void {
    this.#layer.addPeers(addresses)
  }

  /** Probes all known peers again. */
  checkAgain(): void {
    this.#layer.checkPeers()
  }

  /** An address could not be reached again and again: others need not hear of it. */
  unreachable(address: PeerAddress): void {
    this.#act(this.#layer.probed(address, false, this.#parts.now()))
  }

  /** The address is this node's own. */
  isSelf(address: PeerAddress): void {
    this.#layer.isSelf(address)
  }

  tick(nowMs: number): void {
    this.#act(this.#layer.tick(nowMs))
    this.#keep((keeper) => keeper.tick(() => this.#layer.toKeep(), nowMs))
  }

  stop(): void {
    this.#stopping.abort()
    this.#keep((keeper) => keeper.save(this.#layer.toKeep()))
  }

  #act(actions: readonly P2PAction[]): void {
    for (const action of actions) {
      switch (action.do) {
        case 'send':
          this.#effects.send(action.to, action.message)
          break
        case 'connect':
          this.#effects.connect(action.address)
          break
        case 'disconnect':
          this.#effects.disconnect(action.id)
          break
        case 'probe':
          void this.#probe(action.address)
          break
      }
    }
  }

  /** Asks a node that others told of whether it is there and on our chain. */
  async #probe(address: PeerAddress): Promise<void> {
    let isGood = false
    try {
      const frame = await askOnce(address, {
        question: { name: 'singlePing', value: Uint8Array.of(0) },
        answer: 'singlePong',
        bytesMax: PONG_BYTES_MAX,
        signal: this.#stopping.signal,
      })
      isGood = isPongOfOurs(this.#parts.chain, decode(Greeting, frame.payload))
    } catch (error) {
      if (!isFaultOfInput(error)) this.#parts.told?.({ kind: 'failed', error })
    }
    if (!this.#stopping.signal.aborted) this.#act(this.#layer.probed(address, isGood, this.#parts.now()))
  }

  /** A list that cannot be saved is missed at the next start, and stops nothing. */
  #keep(keep: (keeper: PeerKeeper) => void): void {
    if (this.#keeper === undefined) return
    try {
      keep(this.#keeper)
    } catch (error) {
      this.#parts.told?.({ kind: 'failed', error })
    }
  }
}
