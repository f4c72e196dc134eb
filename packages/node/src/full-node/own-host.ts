import { networkInterfaces } from 'node:os'
import type { PeerNetworkOptions } from '../peers/index.ts'

const LOOPBACK = '127.0.0.1'
/** Addresses that stand for all of the machine. */
export const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Where others reach a node that listens so: what was set, where it listens, else the machine's first address in its network. */
export function ownHost(options: Pick<PeerNetworkOptions, 'host' | 'bind'> | undefined): string {
  if (options?.host !== undefined) return options.host
  if (options?.bind !== undefined && !EVERYWHERE.has(options.bind)) return options.bind
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? LOOPBACK
}
