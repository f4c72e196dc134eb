import { messageType } from '../wire/index.ts'
import type { SyncResult } from './chain-access.ts'
import type { Conduct } from './conduct.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import type { Discovery } from './discovery.ts'
import type { MaximaHost } from './maxima-host.ts'
import { peerInfo } from './peer-event.ts'
import type { PeerNetworkParts } from './peer-network-options.ts'
import type { Services } from './services.ts'
import type { SessionAction } from './session-action.ts'
import type { UnitFetch } from './unit-fetch.ts'

type Blame = Extract<SessionAction, { readonly do: 'blame' }>

export interface DispatcherParts extends Pick<PeerNetworkParts, 'sync' | 'now' | 'told'> {
  readonly connections: Connections
  readonly units: UnitFetch
  readonly services: Services
  readonly conduct: Conduct
  readonly maxima: MaximaHost
  readonly discovery: Discovery | undefined
  /** The port that this node listens at. */
  readonly port: () => number
}

/** Does what sessions want done: sends, asks, hands on to the part of the node whose matter it is. */
export class Dispatcher {
  readonly #parts: DispatcherParts

  constructor(parts: DispatcherParts) {
    this.#parts = parts
  }

  /** In order, as long as the connection is open. Who hangs up before the verdict is blamed all the same. */
  act(connection: Connection, actions: readonly SessionAction[]): void {
    for (const action of actions) {
      if (action.do === 'blame') this.#blame(connection, action)
      else if (this.#parts.connections.get(connection.id) !== undefined) this.#do(connection, action)
    }
  }

  #do(connection: Connection, action: Exclude<SessionAction, Blame>): void {
    const { connections, units, services, maxima, discovery, sync, told } = this.#parts
    const nowMs = this.#parts.now()
    switch (action.do) {
      case 'send':
        connection.tell(action.message)
        return
      case 'send-payload':
        connection.send({ type: messageType(action.name), payload: action.payload })
        return
      case 'greeted':
        this.#greeted(connection)
        return
      case 'send-ibd':
        services.sendIbd(connection, action.greeting)
        return
      case 'send-archive':
        services.sendArchive(connection, action.from)
        return
      case 'send-pong':
        services.sendPong(connection, connections.counts(), discovery?.known ?? [])
        return
      case 'send-coins':
        void services.sendCoins(connection, action.request, discovery?.known ?? [])
        return
      case 'want':
        units.want(connection, action.ids, nowMs)
        return
      case 'have':
        units.have(action.id)
        return
      case 'other-body':
        units.otherBody(connection, action.id, action.payload, nowMs)
        return
      case 'announce':
        connections.announce('txpowId', action.id)
        return
      case 'blocks':
        for (const id of action.ids) connections.announce('txblockId', id)
        return
      case 'download':
        void this.#synced(connection, 'download', sync.download(action.payload, connection.ip))
        return
      case 'older':
        void this.#synced(connection, 'older', sync.older(action.payload))
        return
      case 'host-maxima':
        maxima.keyClaimed(connection.maximaLink, action.key)
        return
      case 'deliver-maxima':
        maxima.deliver(connection.maximaLink, action.message, action.payload)
        return
      case 'maxima-address':
        maxima.locationServiceTold(connection.maximaLink, action.text)
        return
      case 'p2p':
        discovery?.message(connection.id, action.message)
        return
      case 'text':
        told?.({ kind: 'text', ip: connection.ip, text: action.text })
        return
      case 'close':
        connection.close(action.reason, action.afterMs)
        return
    }
  }

  #greeted(connection: Connection): void {
    const { told, maxima, discovery, port } = this.#parts
    const { session, ip, id, dialled } = connection
    told?.({ kind: 'connected', peer: peerInfo(connection) })
    maxima.greeted(connection.maximaLink)
    const host = dialled?.host ?? ip
    discovery?.linkUp({ id, host, ip, isOutgoing: session.role === 'outgoing' }, port())
  }

  async #synced(connection: Connection, what: 'download' | 'older', work: Promise<SyncResult>): Promise<void> {
    const { told } = this.#parts
    try {
      const result = await work
      if (result.kind === 'heavier-chain' || result.kind === 'other-chain') {
        told?.({ kind: result.kind, ip: connection.ip, detail: result.detail })
      }
      this.act(connection, connection.session.synced(what, result))
    } catch (error) {
      told?.({ kind: 'failed', error })
    }
  }

  #blame(connection: Connection, { fault, detail }: Blame): void {
    const { conduct, connections, told, now } = this.#parts
    const isBanned = conduct.blame(connection.site, fault, now())
    told?.({ kind: 'blamed', ip: connection.ip, fault, detail, isBanned })
    if (!isBanned) return
    for (const other of connections.all()) {
      // What was dialled by hand is left, but not for what others at its address do.
      if (other.site === connection.site && (other === connection || other.session.role === 'incoming')) {
        other.close('banned')
      }
    }
  }
}
