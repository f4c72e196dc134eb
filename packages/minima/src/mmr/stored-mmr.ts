import { type Codec, CodecError, list, miniNumber, writeCount } from '../codec/index.ts'
import { EntryNumber } from './entry-number.ts'
import { MMR } from './mmr.ts'
import { MMREntry } from './mmr-entry.ts'
import { MMRError } from './mmr-error.ts'

/** Row, entry number, hash and value in their shortest forms. */
const ENTRY_SIZE_MIN = 18

const entries = list(MMREntry, { sizeMin: ENTRY_SIZE_MIN })

/**
 * A tree in store: block time, entry count, then its own nodes in any order. Reading rebuilds peaks and root and finalises.
 * Parent and archive are not stored. Source: minima-global/Minima: src/org/minima/database/mmr/MMR.java
 */
export const StoredMMR: Codec<MMR> = {
  read: (r) => {
    const blockTime = miniNumber.read(r)
    const entryNumber = EntryNumber.read(r)
    const at = r.offset
    const nodes = entries.read(r)
    try {
      return MMR.restore(blockTime, entryNumber, nodes)
    } catch (error) {
      if (error instanceof MMRError) throw new CodecError('range', error.message, at, [], { cause: error })
      throw error
    }
  },
  write: (w, mmr) => {
    miniNumber.write(w, mmr.blockTime)
    EntryNumber.write(w, BigInt(mmr.entryNumber))
    writeCount(w, mmr.size)
    for (const entry of mmr.entries()) MMREntry.write(w, entry)
  },
}
