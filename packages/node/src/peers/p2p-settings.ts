import type { PeerAddress } from './peer-address.ts'

export interface P2PSettings {
  /** Whether others may connect to this node. */
  readonly acceptsLinks: boolean
  /** Links out, and wished for in. */
  readonly links: number
  /** Peers that accept no links, which this node serves. */
  readonly clients: number
  /** Addresses of the own machine or network count like any other. */
  readonly allowInternal: boolean
  /** Where to begin: believed without a probe. */
  readonly seeds: readonly PeerAddress[]
  /** Where else to begin: a list from a file or an earlier run, probed one after the other. */
  readonly suggested?: readonly PeerAddress[]
  /** This node's own IP or name, when it is known. */
  readonly host?: string
  /** Milliseconds between two rounds while there are too few links. */
  readonly loopMs: number
  /** Milliseconds between two rounds when there are enough; ten minutes when absent. */
  readonly restMs?: number
  /** Milliseconds between two looks at whether anybody reaches this node; an hour when absent. */
  readonly reachMs?: number
}

/** What a node of the main network does. Source: spec 06 section 8.3 */
export const P2P_DEFAULTS: P2PSettings = {
  acceptsLinks: true,
  links: 5,
  clients: 100,
  allowInternal: false,
  seeds: [],
  loopMs: 10_000,
}
