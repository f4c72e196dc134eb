import { decode, encode, jsonObject, jsonString, MiniNumber, TxPoW, toHex, txpowId, txpowJson } from '@minipolis/minima'
import { insistWriter } from '../../caller.ts'
import {
  type Command,
  flagParameter,
  hexParameter,
  numberParameter,
  REQUIRED,
  respond,
  textParameter,
} from '../../command.ts'
import type { Arguments } from '../../line/arguments.ts'
import { RpcError } from '../../rpc-error.ts'
import { requireTip } from '../../tip.ts'
import { postRow } from '../../transactions/post-row.ts'
import { idParameter } from './row-commands.ts'

export const txnpost: Command = {
  name: 'txnpost',
  summary: 'Post a transaction as it is; check it with txncheck first',
  access: 'read',
  parameters: [
    idParameter,
    flagParameter('auto', 'add proofs and scripts first'),
    numberParameter('burn', 'fee in Minima'),
    flagParameter('mine', 'wait until it is mined'),
    flagParameter('txndelete', 'delete it afterwards'),
  ],
  async run({ node, state, arguments: args, caller }) {
    const id = args.text('id')
    const burn = args.number('burn', MiniNumber.ZERO)
    // All else that is posted was signed before; a fee is the wallet's money.
    if (!burn.isZero()) insistWriter(caller, 'txnpost with a burn')
    const txpow = await postRow(node, state, id, {
      burn,
      auto: args.flag('auto', false),
      mine: args.flag('mine', false),
    })
    if (args.flag('txndelete', false)) state.rows.delete(id)
    return respond(txpowJson(txpow))
  },
}

export const txnmine: Command = {
  name: 'txnmine',
  summary: 'Mine a transaction without posting it',
  access: 'read',
  parameters: [
    textParameter('id', 'name of the transaction'),
    hexParameter('data', 'a TxPoW whose transaction to mine'),
  ],
  async run({ node, state, arguments: args }) {
    requireTip(node)
    const txpow = await node.miner.mineTransaction(
      args.has('id') ? state.rows.get(args.text('id')) : givenTransaction(args).body,
    )
    return respond(
      jsonObject([
        ['txpowid', jsonString(toHex(txpowId(txpow)))],
        ['data', jsonString(toHex(encode(TxPoW, txpow)))],
      ]),
    )
  },
}

/** A TxPoW that a call brings along in hex. @throws RpcError `bad-parameter`; CodecError */
function givenTransaction(args: Arguments): { readonly txpow: TxPoW; readonly body: NonNullable<TxPoW['body']> } {
  const txpow = decode(TxPoW, args.bytes('data'))
  const { body } = txpow
  if (body === null) throw new RpcError('bad-parameter', 'the TxPoW given has no body')
  return { txpow, body }
}

export const txnminepost: Command = {
  name: 'txnminepost',
  summary: 'Post what txnmine gave',
  access: 'read',
  parameters: [hexParameter('data', 'the mined TxPoW', REQUIRED)],
  run({ node, arguments: args }) {
    const { txpow } = givenTransaction(args)
    node.post(txpow)
    return respond(jsonObject([['data', txpowJson(txpow)]]))
  },
}
