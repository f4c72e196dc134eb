import { basename } from 'node:path'
import {
  fromHex,
  type JsonText,
  jsonNumber,
  jsonObject,
  jsonString,
  MiniNumber,
  mineNonces,
  sha2_256,
  sha3_256,
  toHex,
  utf8,
} from '@minipolis/minima'
import { type Command, numberParameter, respond, textParameter } from '../command.ts'
import { folderPath, readFolderFile } from '../folder-files.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

/** Longest file that is hashed. Bytes. */
const FILE_SIZE_MAX = 64 * 1024 * 1024
/** Hashes that one call of `hashtest` computes at most. */
const HASHES_MAX = 10_000_000
/** Hashes before others get a turn: about 10 ms. */
const SLICE = 10_000
/** As long as the header of a block with nothing in it: the time is that of the miner. */
const HEADER_BYTES = 241
/** A target that no hash is below. */
const UNREACHABLE = new Uint8Array(32)

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
  parameters: [
    textParameter('data', 'what to hash'),
    textParameter('file', 'hash this file in the folder "files" instead'),
    textParameter('type', 'sha3 (default) or sha2'),
  ],
  examples: ['hash data:0x68656C6C6F', 'hash data:"some text" type:sha2'],
  async run({ node, arguments: args }) {
    if (args.has('file')) return respond(await fileHash(node, args.text('file'), args.text('type', 'sha3')))
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

async function fileHash(node: RpcNode, name: string, type: string): Promise<JsonText> {
  const bytes = await readFolderFile(node, name, FILE_SIZE_MAX, "File doesn't exist")
  return jsonObject([
    ['file', jsonString(basename(name))],
    ['path', jsonString(folderPath(node, name))],
    ['size', jsonNumber(bytes.length)],
    ['type', jsonString(type)],
    ['hash', jsonString(toHex(hashOf(type, bytes)))],
  ])
}

export const hashtest: Command = {
  name: 'hashtest',
  summary: 'Measure how fast this machine hashes',
  access: 'read',
  parameters: [numberParameter('amount', `hashes to compute, 1000000 by default, at most ${HASHES_MAX}`)],
  async run({ node, arguments: args }) {
    const amount = args.count('amount', 1_000_000, HASHES_MAX)
    const header = node.random(HEADER_BYTES)
    const start = performance.now()
    for (let done = 0; done < amount; done += SLICE) {
      await new Promise((resolve) => setImmediate(resolve))
      const range = {
        nonceOffset: 4,
        nonceLength: 8,
        startCounter: BigInt(done),
        attempts: Math.min(SLICE, amount - done),
      }
      mineNonces(header, range, UNREACHABLE)
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
