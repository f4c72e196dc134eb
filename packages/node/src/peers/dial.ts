import { connect, type Socket } from 'node:net'
import type { PeerAddress } from './peer-address.ts'

/** Milliseconds until an attempt counts as failed. */
const DIAL_MS = 20_000

export interface DialEvents {
  readonly connected: () => void
  /** Told once, also when the socket is destroyed before it connected. */
  readonly failed: () => void
}

/** Opens a connection; either event comes once and never before this returns. */
export function dial({ host, port }: PeerAddress, { connected, failed }: DialEvents): Socket {
  const socket = connect({ host, port })
  const timer = setTimeout(() => socket.destroy(), DIAL_MS)
  const fail = (): void => {
    clearTimeout(timer)
    failed()
  }
  // What went wrong is of no use: the close that follows says all.
  socket.on('error', () => undefined)
  socket.once('close', fail)
  socket.once('connect', () => {
    clearTimeout(timer)
    socket.off('close', fail)
    connected()
  })
  return socket
}
