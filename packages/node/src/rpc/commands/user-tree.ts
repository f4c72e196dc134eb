import {
  checkUserProof,
  createUserTree,
  encode,
  fromHex,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  MMRProof,
  mmrDataJson,
  toHex,
} from '@minipolis/minima'
import { arrayParameter, type Command, REQUIRED, respond, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'

/** Leaves of one tree; each reply carries a proof per leaf. */
const LEAVES_MAX = 4096

export const mmrcreate: Command = {
  name: 'mmrcreate',
  summary: 'Build a tree over data of your own, with a proof for each leaf',
  access: 'read',
  parameters: [arrayParameter('nodes', `texts "data" or "data:value", at most ${LEAVES_MAX}`, REQUIRED)],
  examples: ['mmrcreate nodes:["0x01","some text","0x02:5"]'],
  run({ arguments: args }) {
    const leaves = args.texts('nodes')
    if (leaves.length > LEAVES_MAX) throw new RpcError('too-much', `a tree has at most ${LEAVES_MAX} leaves here`)
    const { nodes, root } = createUserTree(leaves)
    return respond(
      jsonObject([
        [
          'nodes',
          jsonArray(
            nodes.map(({ entry, data, value, proof }) =>
              jsonObject([
                ['entry', jsonNumber(entry)],
                ['data', jsonString(data)],
                ['value', jsonString(value.toString())],
                ['proof', jsonString(toHex(encode(MMRProof, proof)))],
              ]),
            ),
          ),
        ],
        ['total', jsonNumber(nodes.length)],
        ['root', mmrDataJson(root)],
      ]),
    )
  },
}

export const mmrproof: Command = {
  name: 'mmrproof',
  summary: 'Check that data is a leaf of a tree made by mmrcreate',
  access: 'read',
  parameters: [
    textParameter('data', 'the leaf, "data" or "data:value"', REQUIRED),
    textParameter('proof', 'its proof', REQUIRED),
    textParameter('root', 'the root, "hash" or "hash:value"', REQUIRED),
  ],
  run({ arguments: args }) {
    if (!['data', 'proof', 'root'].every((name) => args.has(name))) {
      throw new RpcError('bad-parameter', 'MUST Specify data, root and proof')
    }
    const check = checkUserProof(args.text('data'), fromHex(args.text('proof')), args.text('root'))
    return respond(
      jsonObject([
        ['input', jsonString(check.input)],
        ['leaf', mmrDataJson(check.leaf)],
        ['finaldata', mmrDataJson(check.final)],
        ['valid', jsonBoolean(check.valid)],
      ]),
    )
  },
}
