import { createTxBlock, encode, IBD, MiniNumber, type TxBlock, TxPoW } from '@minipolis/minima'
import { messageType } from '../../src/wire/index.ts'
import type { RawPeer } from '../attacker.ts'
import { forge } from '../forge.ts'
import type { PeerNode } from '../peer-node.ts'
import { createRandom } from '../seeded-random.ts'
import type { AttackedNode } from './attacked-node.ts'

/** What an attack works with: a node, and connections from an address that no other attack has. */
export class Attack {
  readonly ip: string
  readonly #target: AttackedNode

  constructor(target: AttackedNode) {
    this.#target = target
    this.ip = target.freshIp()
  }

  get node(): PeerNode {
    return this.#target.node
  }

  /** A payment of the node, with a signature that holds. */
  get signed(): TxPoW {
    return this.#target.signed
  }

  get honest(): RawPeer {
    return this.#target.honest
  }

  async open(ip = this.ip): Promise<RawPeer> {
    return this.#target.open(ip)
  }

  async greeted(ip = this.ip): Promise<RawPeer> {
    return (await this.open(ip)).greeted()
  }

  /** A candidate on the node's tip. */
  template(): TxPoW {
    return this.node.core.template(undefined)
  }

  /** A TxBlock on the tip with a million more than there was. */
  blockWithGift(worked: boolean): TxBlock {
    const { chain } = this.node.core
    const coin = [...chain.coins.all()][0]!
    const txpow = worked ? forge(this.template()) : this.template()
    const honestBlock = createTxBlock(chain.tip!.mmr, txpow, [])
    return { ...honestBlock, newCoins: [...honestBlock.newCoins, { ...coin, amount: MiniNumber.of(1_000_000) }] }
  }

  sendUnit(peer: RawPeer, txpow: TxPoW): void {
    peer.frame(messageType('txpow'), encode(TxPoW, txpow))
  }

  sendChain(peer: RawPeer, blocks: readonly TxBlock[]): void {
    peer.frame(messageType('ibd'), encode(IBD, { cascade: null, blocks }))
  }

  get isBanned(): boolean {
    return this.node.peers.network.banned().includes(this.ip)
  }
}

export interface Row {
  readonly name: string
  readonly attack: (a: Attack) => Promise<RawPeer>
  /** `cut`: the connection ends; `banned`: the address is kept out as well; `borne`: nothing comes of it. */
  readonly expects: 'cut' | 'banned' | 'borne'
  /** Whether a block of the attack is a good one. */
  readonly movesTip?: boolean
  /** Milliseconds that the clock of the connections jumps after the attack. */
  readonly laterMs?: number
  readonly also?: (a: Attack, peer: RawPeer) => void | Promise<void>
}

type Send = (peer: RawPeer, a: Attack) => void | Promise<void>

/** On one connection that does not greet by itself. */
export const one =
  (send: Send) =>
  async (a: Attack): Promise<RawPeer> => {
    const peer = await a.open()
    await send(peer, a)
    return peer
  }

/** On one connection whose greeting was accepted. */
export const greeted =
  (send: Send) =>
  async (a: Attack): Promise<RawPeer> => {
    const peer = await a.greeted()
    await send(peer, a)
    return peer
  }

export const times = (count: number, act: (i: number) => void): void => {
  for (let i = 0; i < count; i++) act(i)
}

export const random = createRandom(7)

/** Bytes of chance that look like an id. */
export const id = (): Uint8Array => random.bytes(32)
