import type { Connection } from './connection.ts'
import { formatAddress } from './peer-address.ts'
import type { CloseReason } from './session-action.ts'

/** A peer as it is shown. */
export interface PeerInfo {
  readonly id: number
  /** IP of the socket. */
  readonly ip: string
  readonly direction: 'incoming' | 'outgoing'
  /** What was dialled, `host:port`; of incoming ones what the peer says. */
  readonly address: string | undefined
  readonly isGreeted: boolean
  readonly sinceMs: number
  readonly bytesReceived: number
  readonly bytesSent: number
}

/**
 * What an operator may want to know.
 *
 * - `heavier-chain`: a peer has a chain that shares no block with ours and weighs more. Nothing is replaced by itself.
 */
export type PeerEvent =
  | { readonly kind: 'connected'; readonly peer: PeerInfo }
  | { readonly kind: 'disconnected'; readonly peer: PeerInfo; readonly reason: CloseReason }
  | {
      readonly kind: 'blamed'
      readonly ip: string
      readonly fault: string
      readonly detail: string
      readonly isBanned: boolean
    }
  | { readonly kind: 'text'; readonly ip: string; readonly text: string }
  | { readonly kind: 'heavier-chain' | 'other-chain'; readonly ip: string; readonly detail: string }
  | { readonly kind: 'failed'; readonly error: unknown }

export const peerInfo = ({ id, ip, dialled, session, openedMs, bytesReceived, bytesSent }: Connection): PeerInfo => ({
  id,
  ip,
  direction: session.role,
  address:
    dialled !== undefined
      ? formatAddress(dialled)
      : session.claimed.port === undefined
        ? undefined
        : formatAddress({ host: session.claimed.host ?? ip, port: session.claimed.port }),
  isGreeted: session.isGreeted,
  sinceMs: openedMs,
  bytesReceived,
  bytesSent,
})
