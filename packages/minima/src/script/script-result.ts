import type { ScriptFault } from './script-fault.ts'
import type { Value } from './values/index.ts'

/**
 * - `success`: the first RETURN gave TRUE and nothing failed after it
 * - `failure`: RETURN FALSE, a failed ASSERT, or an end without RETURN
 * - `fault`: the run ended early, see `fault`
 * - `unparsed`: the text is no script and nothing ran, see `fault`
 */
export type ScriptVerdict = 'success' | 'failure' | 'fault' | 'unparsed'

/** What became of a script. Only `success` lets a coin be spent; consensus also depends on `monotonic`. */
export interface ScriptResult {
  readonly verdict: ScriptVerdict
  readonly success: boolean
  /** Whether RETURN, a failed ASSERT or a fault decided, instead of the end of the text. */
  readonly decided: boolean
  readonly fault: ScriptFault | null
  /** False when the run read @BLOCK, @BLOCKMILLI or @COINAGE: its verdict may change with the block. */
  readonly monotonic: boolean
  /** Operations counted, also those of a run that ended early. */
  readonly operations: number
  /** By name, or for array entries by their numbers each followed by a comma (`1,2,`), as they were at the end. */
  readonly variables: ReadonlyMap<string, Value>
  /** One line per event when asked for, else empty. */
  readonly trace: readonly string[]
}

export interface ScriptOptions {
  /** Default 1024; block and transaction checks pass the chain's value. */
  readonly operationsMax?: number
  /** Whether to keep a trace; it makes runs slower. Default false. */
  readonly trace?: boolean
}
