import { calculateProof, leafNode, MiniNumber, MMR, type MMRData, mmrDataEqual } from '@minipolis/minima'
import { comparer } from './measure.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about = 'Merkle mountain range: append, prove, check'

const LEAVES = 4096

/** A tree of `LEAVES` leaves, built from nothing. */
function grow(leaves: readonly MMRData[]): MMR {
  const mmr = new MMR()
  for (const leaf of leaves) mmr.append(leaf)
  return mmr
}

export async function run(report: Report, options: BenchOptions): Promise<void> {
  const compare = comparer(report, options)
  const objects = Array.from({ length: LEAVES }, (_, i) => Uint8Array.of(0, 0, 0, 4, i >> 24, i >> 16, i >> 8, i))
  const values = objects.map((_, i) => MiniNumber.of(i))
  const leaves = objects.map((object, i) => leafNode(object, values[i]!))

  await compare({
    title: `MMR append, ${LEAVES} leaves into an empty tree`,
    unit: 'leaves',
    rivals: [
      { name: 'MMR.append', operationsPerCall: LEAVES, call: () => grow(leaves) },
      { name: 'MMR.appendAll', operationsPerCall: LEAVES, call: () => new MMR().appendAll(leaves) },
      {
        name: 'leaf hash and MMR.append',
        operationsPerCall: LEAVES,
        call: () => grow(objects.map((object, i) => leafNode(object, values[i]!))),
      },
    ],
    recorded: [
      {
        name: 'reference (Java), one thread',
        perSecond: 546_000,
        source: 'recorded on a machine of this kind',
        goal: 1,
      },
    ],
  })

  const mmr = grow(leaves)
  const root = mmr.root()!
  const proofs = leaves.map((_, entry) => mmr.proof(entry))
  let next = 0
  const entry = (): number => next++ % LEAVES
  await compare({
    title: `Proofs in a tree of ${LEAVES} leaves`,
    unit: 'proofs',
    rivals: [
      {
        name: 'check a full proof',
        call: () => {
          const at = entry()
          return mmrDataEqual(calculateProof(leaves[at]!, proofs[at]!), root)
        },
      },
      { name: 'make a proof to the peak', call: () => mmr.proofToPeak(entry()) },
    ],
  })
}
