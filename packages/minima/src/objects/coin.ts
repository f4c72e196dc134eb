import type { Codec } from '../codec/index.ts'
import { data, flag, hash, list, miniByte, miniNumber, nullable, struct, Writer } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import { EntryNumber } from '../mmr/index.ts'
import { MiniNumber } from '../number/index.ts'
import { StateVariable } from './state-variable.ts'
import { Token } from './token.ts'

/**
 * A coin: an amount at an address. `spent` is the raw byte (0 = unspent), `created` a block number, `state` keeps the order
 * and the duplicates of the wire. Source: minima-global/Minima: src/org/minima/objects/Coin.java
 */
export interface Coin {
  readonly coinId: Uint8Array
  readonly address: Uint8Array
  readonly amount: MiniNumber
  readonly tokenId: Uint8Array
  /** Whether the coin keeps the state of the transaction that makes it. */
  readonly storeState: boolean
  /** Leaf of the coin MMR. */
  readonly mmrEntry: EntryNumber
  readonly spent: number
  readonly created: MiniNumber
  readonly state: readonly StateVariable[]
  readonly token: Token | null
}

export const Coin: Codec<Coin> = struct<Coin>({
  coinId: hash,
  address: hash,
  amount: miniNumber,
  tokenId: hash,
  storeState: flag,
  mmrEntry: EntryNumber,
  spent: miniByte,
  created: miniNumber,
  state: list(StateVariable),
  token: nullable(Token),
})

/** The coin id of an output before its block is known. */
export const COIN_ID_OUTPUT = Uint8Array.of(0x00)
/** The coin id of a floating input: any coin of the same address, amount and token may take its place. */
export const COIN_ID_FLOATING = Uint8Array.of(0x01)

/**
 * Id of output number `index`, from 0. The base is the coin id of the first coin proof of the witness, in block 1 the
 * transaction id. 32 bytes.
 */
export function outputCoinId(base: Uint8Array, index: number): Uint8Array {
  const w = new Writer()
  data.write(w, base)
  miniNumber.write(w, MiniNumber.of(index))
  return sha3_256(w.bytes())
}
