import { TILE_WIDTH } from './log-store.ts'

/** Longest entry that the format can say. */
export const ENTRY_SIZE_MAX = 0xffff

/**
 * Entries with big-endian uint16 length prefixes. Entries must not be longer than `ENTRY_SIZE_MAX`: the intake sees to it.
 *
 * Source: c2sp.org/tlog-tiles, "Log entries".
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    bundle[at++] = entry.length >> 8
    bundle[at++] = entry.length & 0xff
    bundle.set(entry, at)
    at += entry.length
  }
  return bundle
}

/** The entries of a bundle, or `undefined` when it is cut short or holds more than a tile's worth. */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] | undefined {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bundle.length) {
    if (at + 2 > bundle.length || entries.length === TILE_WIDTH) return undefined
    const end = at + 2 + bundle[at]! * 256 + bundle[at + 1]!
    if (end > bundle.length) return undefined
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return entries
}
