import { bytesEqual, type Coin, fromHex, StateType, TOKEN_MINIMA } from '@minipolis/minima'

/** Bytes of an address and of a public key. */
const NAME_BYTES = 32
const FINGERPRINT_BYTES = 6

/** What a coin can be found by: its id, its address, its token, and every address or key that its state may name. */
function* namesOf({ coinId, address, tokenId, state }: Coin): Generator<Uint8Array> {
  yield coinId
  yield address
  if (!bytesEqual(tokenId, TOKEN_MINIMA)) yield tokenId
  for (const { type, value } of state) {
    if (type !== StateType.hex) continue
    const bytes = fromHex(value)
    if (bytes.length === NAME_BYTES) yield bytes
  }
}

/** The first six bytes as a number: exact as a double, small on disk. */
export function fingerprint(name: Uint8Array): number {
  let number = 0
  for (let i = 0; i < FINGERPRINT_BYTES; i++) number = number * 256 + (name[i] ?? 0)
  return number
}

export const fingerprintsOf = (coin: Coin): Set<number> => new Set(Array.from(namesOf(coin), fingerprint))
