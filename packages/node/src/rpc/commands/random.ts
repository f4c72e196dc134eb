import { encodeBase32, jsonObject, jsonString, MiniNumber, seedOfPhrase, seedRandom, toHex } from '@minipolis/minima'
import { type Command, numberParameter, REQUIRED, respond, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'
import { hashOf } from './hash.ts'

/** Bytes of one call. */
const RANDOM_SIZE_MAX = 65_536
/** A key code needs this many bytes. */
const KEY_CODE_SIZE_MIN = 16

export const random: Command = {
  name: 'random',
  summary: 'Random bytes that nobody can guess, and their hash',
  access: 'read',
  parameters: [
    numberParameter('size', `bytes, 32 by default, at most ${RANDOM_SIZE_MAX}`),
    textParameter('type', 'sha3 (default) or sha2'),
  ],
  run({ node, arguments: args }) {
    const size = args.number('size', MiniNumber.of(32))
    const count = args.count('size', 32, RANDOM_SIZE_MAX)
    const type = args.text('type', 'sha3')
    const bytes = node.random(count)
    const hashed = hashOf(type, bytes)
    return respond(
      jsonObject([
        ['size', jsonString(size.toString())],
        ['random', jsonString(toHex(bytes))],
        ['hashed', jsonString(toHex(hashed))],
        ['type', jsonString(type)],
        ...(count < KEY_CODE_SIZE_MIN ? [] : [['keycode', jsonString(keyCode(bytes))] as const]),
      ]),
    )
  },
}

/** Five groups of four base 32 digits, leaving out every fifth. */
function keyCode(bytes: Uint8Array): string {
  const digits = encodeBase32(bytes)
  return [2, 7, 12, 17, 22].map((start) => digits.slice(start, start + 4)).join('-')
}

export const seedrandom: Command = {
  name: 'seedrandom',
  summary: 'Random bytes made of the seed phrase and a modifier: the same ones every time',
  access: 'write',
  parameters: [textParameter('modifier', 'one value for each text', REQUIRED)],
  run({ node, arguments: args }) {
    const modifier = args.text('modifier')
    const { phrase } = node.wallet
    if (phrase === '') throw new RpcError('unavailable', 'DB locked!')
    return respond(
      jsonObject([
        ['modifier', jsonString(modifier)],
        ['seedrandom', jsonString(toHex(seedRandom(seedOfPhrase(phrase), modifier)))],
      ]),
    )
  },
}
