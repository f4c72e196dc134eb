import type { Codec } from '../codec/index.ts'
import { hash, miniNumber, struct, text, Writer } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import type { MiniNumber } from '../number/index.ts'

/**
 * A token: coloured Minima. `amount` is the Minima coloured, one Minima is 10^scale token units, `name` is text or JSON text,
 * `created` the number of the block that includes the creation. Source: minima-global/Minima: src/org/minima/objects/Token.java
 */
export interface Token {
  readonly coinId: Uint8Array
  readonly script: string
  readonly scale: MiniNumber
  readonly amount: MiniNumber
  readonly name: string
  readonly created: MiniNumber
}

export const Token: Codec<Token> = struct<Token>({
  coinId: hash,
  script: text,
  scale: miniNumber,
  amount: miniNumber,
  name: text,
  created: miniNumber,
})

/** The token id of plain Minima. */
export const TOKEN_MINIMA = Uint8Array.of(0x00)
/** The token id of an output that creates a token. */
export const TOKEN_CREATE = Uint8Array.of(0xff)

/** The id covers the token's bytes as one byte string, so their length is hashed too. 32 bytes. */
export function tokenId(token: Token): Uint8Array {
  const w = new Writer()
  w.i32(0)
  Token.write(w, token)
  const bytes = w.bytes()
  new DataView(bytes.buffer, bytes.byteOffset).setInt32(0, bytes.length - 4)
  return sha3_256(bytes)
}
