import { encode, jsonArray, jsonObject, jsonString, mmrEntryJson, TxPoW, toHex } from '@minipolis/minima'
import { type Command, hexParameter, numberParameter, respond } from '../command.ts'
import { RpcError } from '../rpc-error.ts'

const NUMBER_MAX = Number.MAX_SAFE_INTEGER

/** Not a command of the reference, which gives neither the bytes of a block nor the coin tree of any but the newest. */
export const blockdata: Command = {
  name: 'blockdata',
  summary: 'A block of the main branch in its written form, with the peaks of its coin tree',
  access: 'read',
  parameters: [numberParameter('block', 'number of the block'), hexParameter('txpowid', 'or its id')],
  run({ node, arguments: args }) {
    const found = args.has('txpowid')
      ? node.branch.byId(args.hex('txpowid'))
      : node.branch.byNumber(args.count('block', 0, NUMBER_MAX))
    if (found === undefined) throw new RpcError('not-found', 'Block not found')
    return respond(
      jsonObject([
        ['block', jsonString(String(found.number))],
        ['txpowid', jsonString(found.id)],
        ['data', jsonString(toHex(encode(TxPoW, found.txpow)))],
        ['peaks', jsonArray(found.peaks.map(mmrEntryJson))],
      ]),
    )
  },
}
