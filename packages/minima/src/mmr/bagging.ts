import { bytesEqual } from '../codec/index.ts'
import type { MMRData } from './mmr-data.ts'
import type { MMRProofChunk } from './mmr-proof.ts'
import { parentNode } from './node-hash.ts'

/*
 * Bagging: the peaks of a range are the leaves of a new range (their nodes as they are, no leaf hashing), whose peaks are the
 * leaves of the next, until one node is left: the root.
 */

/** One round: `levels[r]` is row r of the range over the nodes, the last node of an odd row is its peak. */
function round(nodes: readonly MMRData[]): MMRData[][] {
  const levels: MMRData[][] = [[...nodes]]
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
    const level: MMRData[] = []
    for (let i = 0; i + 1 < below.length; i += 2) level.push(parentNode(below[i]!, below[i + 1]!))
    levels.push(level)
  }
  return levels
}

/** Peaks of a round, highest row first. */
const peaksOf = (levels: readonly MMRData[][]): MMRData[] =>
  levels
    .filter((level) => level.length % 2 === 1)
    .map((level) => level.at(-1)!)
    .reverse()

/** The root over the peaks of a range, highest row first; `undefined` without peaks. */
export function bagPeaks(peaks: readonly MMRData[]): MMRData | undefined {
  let nodes = peaks
  while (nodes.length > 1) nodes = peaksOf(round(nodes))
  return nodes[0]
}

/**
 * The siblings from a peak to the root. In each round the followed node is found by its hash, and of equal hashes the last one
 * is taken, as the reference does.
 */
export function peakToRoot(peaks: readonly MMRData[], peak: MMRData): MMRProofChunk[] {
  const chunks: MMRProofChunk[] = []
  let nodes = peaks
  let followed = peak
  while (nodes.length > 1) {
    const levels = round(nodes)
    const hash = followed.data
    let entry = nodes.findLastIndex((node) => bytesEqual(node.data, hash))
    for (const level of levels) {
      const left = entry % 2 === 1
      const sibling = level[left ? entry - 1 : entry + 1]
      if (sibling === undefined) break
      chunks.push({ left: left ? 1 : 0, data: sibling })
      followed = left ? parentNode(sibling, followed) : parentNode(followed, sibling)
      entry = Math.floor(entry / 2)
    }
    nodes = peaksOf(levels)
  }
  return chunks
}
