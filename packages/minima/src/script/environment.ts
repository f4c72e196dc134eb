import type { Coin } from '../objects/coin.ts'
import type { CoinProof } from '../objects/coin-proof.ts'
import type { StateVariable } from '../objects/state-variable.ts'
import type { Value } from './values/index.ts'

/** What a script sees of the transaction that spends its coin. Every `Transaction` is one. */
export interface ScriptTransaction {
  readonly inputs: readonly Coin[]
  readonly outputs: readonly Coin[]
  /** What STATE reads, in wire order; the first of a port counts. */
  readonly state: readonly StateVariable[]
}

/** A script of the witness under its address, for MAST. */
export interface AddressedScript {
  /** 32 bytes as {@link toHex} prints them. */
  readonly address: string
  readonly script: string
}

/**
 * Everything outside its own text that a script can read. `transactionEnvironment` makes it for an input of a
 * transaction; tests and tools may make their own, and `EMPTY_ENVIRONMENT` has nothing in it.
 */
export interface ScriptEnvironment {
  readonly transaction: ScriptTransaction
  /** State of the coin being spent, from its coin proof: what PREVSTATE reads. */
  readonly previousState: readonly StateVariable[]
  /** Coin proofs of the witness, in the order of the inputs. */
  readonly coinProofs: readonly Pick<CoinProof, 'coin'>[]
  readonly scripts: readonly AddressedScript[]
  /** Public keys whose signatures are valid, as {@link toHex} prints them. */
  readonly signers: ReadonlySet<string>
  /** By name with the sign, as in `@BLOCK`. */
  readonly globals: ReadonlyMap<string, Value>
}

export const EMPTY_ENVIRONMENT: ScriptEnvironment = {
  transaction: { inputs: [], outputs: [], state: [] },
  previousState: [],
  coinProofs: [],
  scripts: [],
  signers: new Set(),
  globals: new Map(),
}
