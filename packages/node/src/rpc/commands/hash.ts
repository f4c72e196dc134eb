import {
  fromHex,
  jsonNumber,
  jsonObject,
  jsonString,
  MiniNumber,
  sha2_256,
  sha3_256,
  toHex,
  utf8,
} from '@minipolis/minima'
import { type Command, numberParameter, REQUIRED, respond, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'

/** Hashes that one call of `hashtest` computes at most. */
const HASHES_MAX = 10_000_000
/** Hashes before others get a turn: about 10 ms. */
const SLICE = 10_000

/** @throws RpcError `bad-parameter` */
export function hashOf(type: string, bytes: Uint8Array): Uint8Array {
  if (type === 'sha3') return sha3_256(bytes)
  if (type === 'sha2') return sha2_256(bytes)
  throw new RpcError('bad-parameter', `Invalid hash type : ${type}`)
}

/** `0x…` is bytes, everything else text. */
export const bytesOfText = (text: string): Uint8Array => (text.startsWith('0x') ? fromHex(text) : utf8(text))

export const hash: Command = {
  name: 'hash',
  summary: 'Hash data: 0x is bytes, everything else text',
  access: 'read',
  parameters: [textParameter('data', 'what to hash', REQUIRED), textParameter('type', 'sha3 (default) or sha2')],
  examples: ['hash data:0x68656C6C6F', 'hash data:"some text" type:sha2'],
  run({ arguments: args }) {
    const input = args.textOrJson('data')
    const type = args.text('type', 'sha3')
    const bytes = bytesOfText(input)
    return respond(
      jsonObject([
        ['input', jsonString(input)],
        ['data', jsonString(toHex(bytes))],
        ['type', jsonString(type)],
        ['hash', jsonString(toHex(hashOf(type, bytes)))],
      ]),
    )
  },
}

export const hashtest: Command = {
  name: 'hashtest',
  summary: 'Measure how fast this machine hashes',
  access: 'read',
  parameters: [numberParameter('amount', `hashes to compute, 1000000 by default, at most ${HASHES_MAX}`)],
  async run({ node, arguments: args }) {
    const amount = args.count('amount', 1_000_000, HASHES_MAX)
    const start = performance.now()
    let value: Uint8Array = node.random(32)
    for (let i = 0; i < amount; i++) {
      if (i % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
      value = sha3_256(value)
    }
    const millis = Math.max(1, Math.round(performance.now() - start))
    const speed = MiniNumber.of(amount).div(MiniNumber.of(millis * 1000))
    return respond(
      jsonObject([
        ['hashes', jsonNumber(amount)],
        ['millitime', jsonNumber(millis)],
        ['speed', jsonString(`${speed.setSignificantDigits(4)} MH/s`)],
      ]),
    )
  },
}
