import type { PeerEvent } from '@minipolis/node'
import type { Journal } from '../terminal/journal.ts'

/** Tells the journal what peers do: what is usual as `info`, what is wrong as `warn`. */
export function writePeerEvent(event: PeerEvent, journal: Journal): void {
  switch (event.kind) {
    case 'connected':
      journal.info({ peer: event.peer.ip, direction: event.peer.direction }, 'a peer greets')
      return
    case 'disconnected':
      journal.info({ peer: event.peer.ip, reason: event.reason }, 'a peer is gone')
      return
    case 'text':
      journal.info({ peer: event.ip, text: event.text }, 'a peer says something')
      return
    case 'failed':
      journal.warn({ err: event.error }, 'connections report a fault')
      return
    case 'blamed':
      journal.warn(
        { peer: event.ip, fault: event.fault, detail: event.detail, banned: event.isBanned },
        'a peer misbehaves',
      )
      return
    default:
      journal.warn({ peer: event.ip, detail: event.detail }, 'a peer has another chain')
  }
}
