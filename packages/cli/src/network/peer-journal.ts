import type { PeerEvent } from '@minipolis/node'
import type { Logger } from 'pino'

/** Tells the journal what peers do: what is usual as `info`, what is wrong as `warn`. */
export function writePeerEvent(event: PeerEvent, log: Logger): void {
  switch (event.kind) {
    case 'connected':
      log.info({ peer: event.peer.ip, direction: event.peer.direction }, 'a peer greets')
      return
    case 'disconnected':
      log.info({ peer: event.peer.ip, reason: event.reason }, 'a peer is gone')
      return
    case 'text':
      log.info({ peer: event.ip, text: event.text }, 'a peer says something')
      return
    case 'failed':
      log.warn({ err: event.error }, 'connections report a fault')
      return
    case 'blamed':
      log.warn(
        { peer: event.ip, fault: event.fault, detail: event.detail, banned: event.isBanned },
        'a peer misbehaves',
      )
      return
    default:
      log.warn({ peer: event.ip, detail: event.detail }, 'a peer has another chain')
  }
}
