import { MiniNumber, type TxPoW } from '@minipolis/minima'
import { expect } from 'vitest'
import { RawPeer } from '../attacker.ts'
import { nodeWithHistory, type PeerNode, until } from '../peer-node.ts'

const HONEST_IP = '127.0.0.1'
/** Milliseconds within which an honest peer gets its answer. */
const SERVED_MS = 2_000
/** Steps in which time goes by: the honest peer stays in touch, and is never thought to be gone. */
const STEP_MS = 500_000

/** A node that attacks are tried on, with one honest peer that wants to be served all the while. */
export class AttackedNode {
  readonly node: PeerNode
  /** A payment of the node, with a signature that holds. */
  readonly signed: TxPoW
  /** Connections of attackers. */
  readonly #opened: RawPeer[] = []
  readonly #clock: { skewMs: number }
  #honest: RawPeer
  #nextIp = 2

  private constructor(node: PeerNode, signed: TxPoW, honest: RawPeer, clock: { skewMs: number }) {
    this.node = node
    this.signed = signed
    this.#honest = honest
    this.#clock = clock
  }

  static async start(): Promise<AttackedNode> {
    const clock = { skewMs: 0 }
    const node = await nodeWithHistory(40, {
      now: () => Date.now() + clock.skewMs,
      peers: {
        p2p: { acceptsLinks: true, links: 5, clients: 2, allowInternal: false, seeds: [], loopMs: 1000 },
        slots: { total: 256, perIp: 8, perBlock: 32 },
        heldBytesMax: 64 * 1024 * 1024,
      },
    })
    const own = { address: await node.core.wallet.address(), amount: MiniNumber.ONE }
    const signed = node.core.chain.known.get(await node.send({ outputs: [own], fund: true }))!
    await node.start()
    return new AttackedNode(node, signed, await openHonest(node), clock)
  }

  get honest(): RawPeer {
    return this.#honest
  }

  /** An address of this machine that no other attack has. */
  freshIp(): string {
    const n = this.#nextIp++
    return `127.0.${1 + Math.floor(n / 200)}.${(n % 200) + 1}`
  }

  async open(ip: string): Promise<RawPeer> {
    const peer = await RawPeer.open(this.node.peers.network.port, ip)
    this.#opened.push(peer)
    return peer
  }

  /** The honest peer gets an answer. */
  async isServed(): Promise<void> {
    if (this.#honest.isClosed) this.#honest = await openHonest(this.node)
    const { honest } = this
    const before = honest.count('txpow')
    const startMs = Date.now()
    honest.send({ name: 'txpowRequest', value: this.node.core.chain.tip!.id })
    await until(() => honest.count('txpow') > before, 'the honest peer is served', SERVED_MS)
    expect(Date.now() - startMs).toBeLessThan(SERVED_MS)
  }

  /** The clock of the connections jumps. */
  async passTime(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.#clock.skewMs += Math.min(left, STEP_MS)
      await this.isServed()
    }
  }

  closeAttackers(): void {
    for (const peer of this.#opened.splice(0)) peer.close()
  }

  async stop(): Promise<void> {
    this.#honest.close()
    await this.node.stop()
  }
}

const openHonest = async (node: PeerNode): Promise<RawPeer> =>
  (await RawPeer.open(node.peers.network.port, HONEST_IP)).greeted()
