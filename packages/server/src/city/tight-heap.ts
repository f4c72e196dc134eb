import { setFlagsFromString } from 'node:v8'
import { collectGarbage } from '@minipolis/node'

/**
 * Room that the heap may grow between two full collections, in percent of what is alive. V8 left to itself lets the heap of a
 * young process reach hundreds of megabytes before it looks for garbage; twice what is alive costs a tenth more processor time.
 */
const GROWTH_PERCENT = 100

/** V8's own rule. */
const BY_ITSELF = 0

let working = 0

/**
 * Keeps the heap close to what is alive while work runs that makes garbage without end, as an import does, and gives back
 * afterwards what it held. Counts for the whole process; work may overlap.
 */
export async function withTightHeap<T>(work: () => Promise<T>): Promise<T> {
  if (working++ === 0) setGrowth(GROWTH_PERCENT)
  try {
    return await work()
  } finally {
    if (--working === 0) {
      setGrowth(BY_ITSELF)
      collectGarbage()
    }
  }
}

/** V8 reads it at each collection. */
function setGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}
