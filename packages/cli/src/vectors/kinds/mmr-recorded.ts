import {
  encode,
  fromHex,
  MiniNumber,
  type MMR,
  type MMRData,
  type MMREntry,
  MMRProof,
  miniNumber,
  Reader,
} from '@minipolis/minima'
import { type Computed, hexOf } from '../check-case.ts'
import type { Recorded } from '../recorded.ts'

/** Nodes, peaks and proofs as recordings of trees show them. */

/** Node data; `valueHex` carries the scale where it counts. */
export const nodeFrom = (recorded: Recorded): MMRData => ({
  data: recorded.bytes('data'),
  value: recorded.has('valueHex')
    ? miniNumber.read(new Reader(recorded.bytes('valueHex')))
    : MiniNumber.parse(recorded.text('value')),
})

export const plainNode = ({ data, value }: MMRData): Computed => ({ data: hexOf(data), value: value.toString() })

export const exactNode = (node: MMRData): Computed => ({
  ...plainNode(node),
  valueHex: hexOf(encode(miniNumber, node.value)),
})

export const plainPeak = ({ row, entry, data }: MMREntry): Computed => ({
  row,
  entry: entry.toString(),
  ...plainNode(data),
})

export const stateOf = (mmr: MMR): Computed => {
  const root = mmr.root()
  return {
    entrynumber: mmr.entryNumber.toString(),
    peaks: mmr.peaks().map(plainPeak),
    root: root === undefined ? null : exactNode(root),
  }
}

/** The places of all nodes, in the order of their texts. */
export const placesOf = (mmr: MMR): readonly string[] =>
  [...mmr.entries()].map(({ row, entry }) => `${row}:${entry}`).sort()

export const sorted = (places: readonly string[]): readonly string[] => [...places].sort()

export const proofHex = (proof: MMRProof): string => hexOf(encode(MMRProof, proof))
export const proofFrom = (hex: string): MMRProof => MMRProof.read(new Reader(fromHex(hex)))
