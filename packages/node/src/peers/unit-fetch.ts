import { decode, TxPoW, toHex } from '@minipolis/minima'
import type { ChainAccess } from './chain-access.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { OtherBodies } from './other-bodies.ts'
import { Requests } from './requests.ts'

/** Gets units that peers announced or that blocks lack: each from one peer after the other, until it is there. */
export class UnitFetch {
  readonly #chain: ChainAccess
  readonly #connections: Connections
  readonly #requests = new Requests()
  readonly #otherBodies = new OtherBodies()

  constructor(chain: ChainAccess, connections: Connections) {
    this.#chain = chain
    this.#connections = connections
  }

  /** Gets these units from this peer, or from another that announced them. */
  want(from: Connection, ids: readonly Uint8Array[], nowMs: number): void {
    for (const id of ids) if (this.#requests.want(id, from.id, nowMs)) ask(from, id)
  }

  /** The unit is there. */
  have(hex: string): void {
    this.#requests.have(hex)
    this.#otherBodies.have(hex)
  }

  /** The unit came with a body that was not mined for: others are asked, until several agree or none is left. */
  otherBody(from: Connection, id: Uint8Array, payload: Uint8Array, nowMs: number): void {
    this.#requests.have(toHex(id))
    const greeted = this.#connections.greeted()
    const taken = this.#otherBodies.came(id, payload, from, greeted.length, nowMs)
    if (taken !== undefined) this.#takeAnyBody(from, taken, nowMs)
    else for (const other of this.#otherBodies.toAsk(toHex(id), greeted)) ask(other, id)
  }

  /** A connection is gone: what was asked for on it is asked for elsewhere. */
  gone(connection: Connection): void {
    this.#requests.gone(connection.id)
  }

  /** Time passes. */
  tick(nowMs: number): void {
    for (const { id, peer } of this.#requests.due(nowMs)) {
      const connection = this.#connections.get(peer)
      if (connection !== undefined && !this.#chain.isKnown(toHex(id))) ask(connection, id)
    }
    for (const { payload, from } of this.#otherBodies.due(nowMs)) {
      this.#takeAnyBody(this.#connections.get(from), payload, nowMs)
    }
  }

  #takeAnyBody(from: Connection | undefined, payload: Uint8Array, nowMs: number): void {
    const reception = this.#chain.receive(decode(TxPoW, payload), { anyBody: true })
    if (reception.kind !== 'taken') return
    for (const id of reception.added) this.#connections.announce('txblockId', id)
    if (from !== undefined) this.want(from, reception.missing, nowMs)
  }
}

function ask(connection: Connection, id: Uint8Array): void {
  connection.session.asks([id])
  connection.tell({ name: 'txpowRequest', value: id })
}
