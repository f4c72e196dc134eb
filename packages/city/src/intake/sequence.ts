import type { StreamHead } from '../streams/index.ts'
import { Refusal } from './refusal.ts'

/** A pack's place in its stream. */
export interface PackLink {
  /** Sequence of the first reading. */
  readonly first: number
  readonly count: number
  /** Pack id, 64 hex digits. */
  readonly id: string
  /** Id of the pack before it, 64 hex digits; `null` for the stream's first. */
  readonly previous: string | null
}

/** A pack that the stream holds. */
export interface PlacedPack extends PackLink {
  readonly logFirst: number
}

/** The packs around a place in a stream. */
export interface Neighbours {
  /** The last pack that begins at or before the end of the place; it may overlap the place. */
  readonly before: PlacedPack | undefined
  /** The pack that begins right behind the place. */
  readonly after: PlacedPack | undefined
}

export type Placement =
  /** Extends the stream. `missing` readings before it were not seen. */
  | { readonly kind: 'append'; readonly missing: number }
  /** Comes late and closes a gap, or a part of one. */
  | { readonly kind: 'fill' }
  /** Was accepted before. */
  | { readonly kind: 'duplicate'; readonly of: PlacedPack }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/**
 * Judges where a pack stands in its stream. A gap is accepted and stays visible, because refusing what comes after lost
 * readings would lose those too; what comes late must fit the packs on both sides.
 */
export function placePack(pack: PackLink, head: StreamHead | undefined, neighbours: Neighbours | undefined): Placement {
  const lastSequence = head?.lastSequence ?? 0
  if ((pack.first === 1) !== (pack.previous === null))
    return refused('predecessor', 'only the first pack of a stream, with sequence 1, has no predecessor')

  if (pack.first > lastSequence) {
    const missing = pack.first - lastSequence - 1
    if (missing === 0 && pack.previous !== (head?.lastPack ?? null))
      return refused('predecessor', `the stream ends with the pack ${head?.lastPack}, not ${pack.previous}`)
    return { kind: 'append', missing }
  }

  const { before, after } = neighbours ?? { before: undefined, after: undefined }
  const end = before ? before.first + before.count : 1
  if (before && end > pack.first) {
    if (before.id === pack.id) return { kind: 'duplicate', of: before }
    return refused('replay', `the stream holds other readings from sequence ${before.first} to ${end - 1}`)
  }
  if (before && end === pack.first && before.id !== pack.previous)
    return refused(
      'predecessor',
      `the stream holds the pack ${before.id} before sequence ${pack.first}, not ${pack.previous}`,
    )
  if (after && after.previous !== pack.id)
    return refused('predecessor', `the pack behind sequence ${after.first - 1} names another predecessor`)
  return { kind: 'fill' }
}

const refused = (code: 'replay' | 'predecessor', detail: string): Placement => ({
  kind: 'refused',
  refusal: new Refusal(code, detail),
})

/** The head of a stream after one more pack. */
export function advanceHead(
  head: StreamHead | undefined,
  pack: PlacedPack,
  times: { readonly firstMs: number; readonly lastMs: number },
): StreamHead {
  const lastSequence = pack.first + pack.count - 1
  const isLast = !head || lastSequence > head.lastSequence
  return {
    readings: (head?.readings ?? 0) + pack.count,
    lastSequence: isLast ? lastSequence : head.lastSequence,
    lastIndex: isLast ? pack.logFirst + pack.count - 1 : head.lastIndex,
    lastPack: isLast ? pack.id : head.lastPack,
    firstTimeMs: Math.min(head?.firstTimeMs ?? times.firstMs, times.firstMs),
    lastTimeMs: Math.max(head?.lastTimeMs ?? times.lastMs, times.lastMs),
  }
}
