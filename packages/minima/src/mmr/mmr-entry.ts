import { type Codec, map, miniNumber, struct } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { EntryNumber } from './entry-number.ts'
import { MMRData } from './mmr-data.ts'

/** A node with its place. Source: minima-global/Minima: src/org/minima/database/mmr/MMREntry.java */
export interface MMREntry {
  /** Row 0 holds the leaves. The wire allows any 32-bit integer, a tree 0 to 255. */
  readonly row: number
  readonly entry: EntryNumber
  readonly data: MMRData
}

const row: Codec<number> = map(miniNumber, (value) => value.asInt(), MiniNumber.of)

export const MMREntry: Codec<MMREntry> = struct<MMREntry>({ row, entry: EntryNumber, data: MMRData })
