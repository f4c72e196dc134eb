import {
  Coin,
  encode,
  type JsonText,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  TxPoW,
  toHex,
  txpowJson,
  Witness,
} from '@minipolis/minima'
import {
  addressParameter,
  arrayParameter,
  type Command,
  type CommandContext,
  flagParameter,
  hexParameter,
  numberParameter,
  objectParameter,
  type Parameter,
  passwordParameter,
  type ReplyMembers,
  textParameter,
} from '../command.ts'
import { createPayment, SPLIT_MAX } from '../transactions/payment.ts'
import { unmined } from '../transactions/post.ts'
import { signAndPost } from '../transactions/signed-post.ts'
import { type Spend, unsigned } from '../transactions/spend.ts'

/** What `send`, `sendpoll` and `sendnosign` have in common. */
export const sendParameters: readonly Parameter[] = [
  textParameter('action', 'used by sendpoll'),
  textParameter('uid', 'used by sendpoll'),
  addressParameter('address', 'the receiver'),
  numberParameter('amount', 'how much, in units of the token'),
  arrayParameter('multi', '["address:amount",..]: several receivers at once'),
  hexParameter('tokenid', '0x00, Minima, when absent'),
  objectParameter('state', '{"port":"value"}: a number, 0x.., Mx.., true, false or [text]'),
  numberParameter('burn', 'fee in Minima'),
  numberParameter('coinage', 'blocks that a coin must be old'),
  numberParameter('split', `coins per receiver, 1 to ${SPLIT_MAX}`),
  flagParameter('debug', 'accepted and not used'),
  flagParameter('dryrun', 'build, but neither sign nor send'),
  flagParameter('mine', 'wait until the transaction is mined; its id is final then'),
  passwordParameter('password', 'opens a locked wallet for this call'),
  flagParameter('storestate', 'whether the receivers keep the state; true when absent'),
  addressParameter('fromaddress', 'use coins of this address only, change goes back to it'),
  hexParameter('signkey', 'sign with this key only'),
]

export const send: Command = {
  name: 'send',
  summary: 'Send Minima or tokens',
  access: 'write',
  parameters: sendParameters,
  examples: [
    'send address:0xFF.. amount:10',
    'send address:0xFF.. amount:10 tokenid:0xFED5.. burn:0.1',
    'send multi:["0xFF..:10","0xEE..:20"] split:2',
    'send address:0xFF.. amount:1 state:{"0":"0xEE..","1":"[a text]"}',
  ],
  run: runSend,
}

export async function runSend({ node, state, arguments: args }: CommandContext): Promise<ReplyMembers> {
  const spend = createPayment(node, args)
  if (args.flag('dryrun', false)) return dryRunReply(unmined(node.template(unsigned(spend))), spend)
  const txpow = await signAndPost(node, state, args, spend)
  return [
    ['dryrun', jsonBoolean(false)],
    ['response', txpowJson(txpow)],
  ]
}

const dryRunReply = (txpow: TxPoW, { transaction, witness }: Spend): ReplyMembers => [
  ['dryrun', jsonBoolean(true)],
  ['response', txpowJson(txpow)],
  [
    'bytesize',
    jsonObject([
      ['txpow', jsonNumber(encode(TxPoW, txpow).length)],
      ['inputcoins', coinSizesJson(transaction.inputs)],
      ['outputcoins', coinSizesJson(transaction.outputs)],
      ['witness', jsonNumber(encode(Witness, witness).length)],
    ]),
  ],
]

const coinSizesJson = (coins: readonly Coin[]): JsonText =>
  jsonObject(coins.map((coin) => [toHex(coin.coinId), jsonNumber(encode(Coin, coin).length)] as const))
