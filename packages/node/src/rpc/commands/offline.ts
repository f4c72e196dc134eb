import { decode, encode, jsonObject, jsonString, TxPoW, toHex, txpowJson } from '@minipolis/minima'
import { type Command, type CommandContext, passwordParameter, REQUIRED, respond, textParameter } from '../command.ts'
import { readFolderFile, writeFolderFile } from '../folder-files.ts'
import { RpcError } from '../rpc-error.ts'
import { createPayment } from '../transactions/payment.ts'
import { postTransaction, unmined } from '../transactions/post.ts'
import { simpleKeys } from '../transactions/prove.ts'
import { type Spend, sign as signSpend, unsigned } from '../transactions/spend.ts'
import { unlocked } from '../transactions/unlocked.ts'
import { sendParameters } from './send.ts'

const FILE_SIZE_MAX = 1024 * 1024
/** Coins per receiver that this command allows; the outputs are limited all the same. */
const SPLIT_MAX = 20
const EXCLUDED = ['storestate', 'mine', 'coinage', 'password', 'action', 'uid', 'fromaddress', 'signkey']

const fileParameter = textParameter('file', 'a file in the folder "files"', REQUIRED)
const fileReply = (path: string) => respond(jsonObject([['txpow', jsonString(path)]]))

export const sendnosign: Command = {
  name: 'sendnosign',
  summary: 'Write a payment into a file without signing it',
  access: 'read',
  parameters: [
    ...sendParameters.filter(({ name }) => !EXCLUDED.includes(name)),
    textParameter('file', 'a file in the folder "files"'),
  ],
  async run({ node, arguments: args }) {
    const txpow = unmined(
      node.template(unsigned(createPayment(node, args, { splitMax: SPLIT_MAX, splitRule: 'Split outputs from 1 to' }))),
    )
    return fileReply(
      await writeFolderFile(node, args.text('file', `unsignedtransaction-${node.now()}.txn`), encode(TxPoW, txpow)),
    )
  },
}

async function readUnit({
  node,
  arguments: args,
}: CommandContext): Promise<TxPoW & { body: NonNullable<TxPoW['body']> }> {
  const txpow = decode(TxPoW, await readFolderFile(node, args.text('file'), FILE_SIZE_MAX))
  if (txpow.body === null) throw new RpcError('bad-parameter', 'the file holds no transaction')
  return { ...txpow, body: txpow.body }
}

export const sendview: Command = {
  name: 'sendview',
  summary: 'Show the payment of a file',
  access: 'read',
  parameters: [fileParameter],
  async run(context) {
    return respond(jsonObject([['txpow', txpowJson(await readUnit(context))]]))
  },
}

export const sendsign: Command = {
  name: 'sendsign',
  summary: 'Sign the payment of a file',
  access: 'write',
  parameters: [fileParameter, passwordParameter('password', 'opens a locked wallet for this call')],
  async run(context) {
    const { node, arguments: args } = context
    const txpow = await readUnit(context)
    const { transaction, witness, burnTransaction, burnWitness } = txpow.body
    const spend: Spend = { transaction, witness, signers: simpleKeys(node, transaction.inputs) }
    const burn: Spend = {
      transaction: burnTransaction,
      witness: burnWitness,
      signers: simpleKeys(node, burnTransaction.inputs),
    }
    const [own, fee] = await unlocked(node, args, () => Promise.all([signSpend(node, spend), signSpend(node, burn)]))
    const body = { ...txpow.body, witness: own.witness, burnWitness: fee.witness }
    return fileReply(
      await writeFolderFile(node, `signedtransaction-${node.now()}.txn`, encode(TxPoW, { ...txpow, body })),
    )
  },
}

export const sendpost: Command = {
  name: 'sendpost',
  summary: 'Post the signed payment of a file',
  access: 'read',
  parameters: [fileParameter],
  async run(context) {
    const { node, state } = context
    const { body } = await readUnit(context)
    const hold = node.wallet.hold(body.transaction.inputs.map(({ coinId }) => toHex(coinId)))
    const own = {
      transaction: body.transaction,
      witness: body.witness,
      burn: { transaction: body.burnTransaction, witness: body.burnWitness },
    }
    try {
      const txpow = await postTransaction(node, state, own, { mine: false, done: () => hold.release() })
      return respond(jsonObject([['txpow', txpowJson(txpow)]]))
    } catch (error) {
      hold.release()
      throw error
    }
  },
}
