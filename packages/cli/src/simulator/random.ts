/** A source of whole numbers from 0 to `below - 1`. */
export type Draw = (below: number) => number

/**
 * Numbers that follow from a seed and a place in time alone, so that a city can be asked about any moment in any order and
 * always answers the same. Not for secrets.
 *
 * Source: the 32-bit finalizer of MurmurHash3 (public domain, Austin Appleby).
 */
export function drawsAt(seed: string, step: number): Draw {
  let state = mix(hashText(seed) ^ mix(step | 0) ^ mix(Math.floor(step / 2 ** 32) + 0x9e3779b9))
  return (below) => {
    state = (state + 0x9e3779b9) | 0
    return mix(state) % below
  }
}

function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** FNV-1a over UTF-16 units. */
function hashText(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}
