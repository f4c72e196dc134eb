import type { RefusalCode } from './refusal.ts'

/** What the city promises about a pack. Given only when it is durable. */
export interface Receipt {
  /** Pack id, 64 hex digits. */
  readonly pack: string
  readonly stream: string
  /** Sequence of the first reading. */
  readonly first: number
  readonly count: number
  /** Leaf of the first reading in the log, counted from 0. */
  readonly logFirst: number
  /** True when the pack had been accepted before. */
  readonly duplicate: boolean
  /** Readings before this pack that were never seen, when it left a gap. */
  readonly missing: number
}

export type Outcome =
  | { readonly kind: 'accepted'; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail: string }

/** How far a reading has come, in order. */
export const RECORD_STATES = ['accepted', 'logged', 'witnessed', 'anchored', 'buried'] as const
export type RecordState = (typeof RECORD_STATES)[number]

/** Sizes of the log up to which each state holds; absent where nothing has come that far. */
export interface LogReach {
  /** Newest signed checkpoint. */
  readonly logged?: number | undefined
  /** Newest checkpoint with enough cosignatures. */
  readonly witnessed?: number | undefined
  /** Newest checkpoint on chain. */
  readonly anchored?: number | undefined
  /** Newest checkpoint on chain and deep enough to stay. */
  readonly buried?: number | undefined
}

/** The furthest state of a leaf of the log. */
export function recordState(logIndex: number, reach: LogReach): RecordState {
  for (const state of ['buried', 'anchored', 'witnessed', 'logged'] as const)
    if (logIndex < (reach[state] ?? 0)) return state
  return 'accepted'
}
