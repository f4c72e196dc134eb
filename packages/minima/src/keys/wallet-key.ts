import { bigIntToBytes, data, encode, text, toHex, utf8 } from '../codec/index.ts'
import { hashObjects } from '../hash/index.ts'
import { leafNode } from '../mmr/index.ts'
import { MiniNumber } from '../number/index.ts'
import { KeyError } from './key-error.ts'

/*
 * What a wallet derives from its seed. Source: minima-global/Minima: src/org/minima/database/wallet/Wallet.java, spec 02
 * section 5.
 */

/** Appended to every modifier of `seedRandom`; no wallet key can meet the same hash. */
const randomMark = Uint8Array.of(0xde, 0xad, 0xde, 0xad)

/** The private seed of wallet key `number`, counted from 0: 32 bytes. @throws KeyError `key-number` */
export function walletPrivateSeed(seed: Uint8Array, number: number): Uint8Array {
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new KeyError('key-number', `expected a key number of 0 or more, got ${number}`)
  }
  return hashObjects([data, seed], [data, bigIntToBytes(BigInt(number))])
}

/** The script that asks for one signature of the key. */
export const signedByScript = (publicKey: Uint8Array): string => `RETURN SIGNEDBY(${toHex(publicKey)})`

/** The address of that script: 32 bytes. */
export const signedByAddress = (publicKey: Uint8Array): Uint8Array =>
  leafNode(encode(text, signedByScript(publicKey)), MiniNumber.ZERO).data

/** 32 bytes that only the owner of the seed can make again, one value for each modifier text. */
export function seedRandom(seed: Uint8Array, modifier: string): Uint8Array {
  const modifierHash = hashObjects([data, encode(data, utf8(modifier))], [data, randomMark])
  return hashObjects([data, modifierHash], [data, seed])
}
