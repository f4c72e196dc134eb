import type { MMRData } from './mmr-data.ts'
import type { MMRProof } from './mmr-proof.ts'
import { parentNode } from './node-hash.ts'

/**
 * The node that a proof leads to from a leaf: the root where leaf, proof and tree belong together, anything else otherwise.
 * Block time and entry number do not enter. Source: minima-global/Minima: src/org/minima/database/mmr/MMRProof.java
 *
 * @throws NumberError `number-range` when a sum leaves the range
 */
export function calculateProof(leaf: MMRData, proof: MMRProof): MMRData {
  let node = leaf
  for (const chunk of proof.chunks) {
    node = chunk.left !== 0 ? parentNode(chunk.data, node) : parentNode(node, chunk.data)
  }
  return node
}
