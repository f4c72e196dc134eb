import { type Codec, list, miniNumber, struct, within } from '../codec/index.ts'
import type { MiniNumber } from '../number/index.ts'
import { MMRData } from './mmr-data.ts'

/** One sibling on the way up. */
export interface MMRProofChunk {
  /** Raw byte: anything but 0 means that the sibling stands on the left. */
  readonly left: number
  readonly data: MMRData
}

/** The siblings that lead from a leaf to a peak or to the root. Source: minima-global/Minima: src/org/minima/database/mmr/MMRProof.java */
export interface MMRProof {
  /** Number of the block whose tree the proof was made in; 0 for free-standing trees. */
  readonly blockTime: MiniNumber
  /** From the leaf's sibling upward. */
  readonly chunks: readonly MMRProofChunk[]
}

/** Left byte, hash length, and a number of at least three bytes. */
const CHUNK_SIZE_MIN = 8

/** Written by hand, as `MMRData` is. */
export const MMRProofChunk: Codec<MMRProofChunk> = {
  read: (r) => {
    let member: keyof MMRProofChunk = 'left'
    try {
      const left = r.u8()
      member = 'data'
      return { left, data: MMRData.read(r) }
    } catch (error) {
      throw within(member, error)
    }
  },
  write: (w, { left, data }) => {
    w.u8(left)
    MMRData.write(w, data)
  },
}

export const MMRProof: Codec<MMRProof> = struct<MMRProof>({
  blockTime: miniNumber,
  chunks: list(MMRProofChunk, { sizeMin: CHUNK_SIZE_MIN }),
})
