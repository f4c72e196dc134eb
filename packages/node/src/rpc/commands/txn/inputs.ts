import {
  COIN_ID_FLOATING,
  Coin,
  decode,
  fromHex,
  MinipolisError,
  type Token,
  toHex,
  toMinimaAmount,
} from '@minipolis/minima'
import { findToken, MINIMA_ID, spelledId } from '../../coins.ts'
import {
  addressParameter,
  type Command,
  type CommandContext,
  flagParameter,
  hexParameter,
  numberParameter,
  REQUIRED,
  respond,
} from '../../command.ts'
import { parseNumber } from '../../line/arguments.ts'
import { RpcError } from '../../rpc-error.ts'
import { outputCoin } from '../../transactions/outputs.ts'
import { coinProofs, requiredScripts } from '../../transactions/prove.ts'
import { rowJson } from '../../transactions/rows.ts'
import { withScripts } from '../../transactions/witness.ts'
import { idParameter } from './row-commands.ts'

export const txninput: Command = {
  name: 'txninput',
  summary: 'Add a coin that a transaction spends',
  access: 'read',
  parameters: [
    idParameter,
    hexParameter('coinid', 'id of the coin'),
    hexParameter('coindata', 'the coin itself, for one that is not made yet'),
    flagParameter('floating', 'any coin of the same address, amount and token may take its place'),
    addressParameter('address', 'floating: the address'),
    numberParameter('amount', 'floating: the amount'),
    hexParameter('tokenid', 'floating: the token, 0x00 when absent'),
    flagParameter('scriptmmr', 'add proof and script at once'),
  ],
  run(context) {
    const { node, state, arguments: args } = context
    const row = state.rows.get(args.text('id'))
    const coin = inputCoin(context)
    let { witness } = row
    if (args.flag('scriptmmr', false)) {
      witness = { ...witness, coinProofs: [...witness.coinProofs, ...coinProofs(node, [coin])] }
      witness = withScripts(witness, requiredScripts(node, [coin]))
    }
    const transaction = { ...row.transaction, inputs: [...row.transaction.inputs, coin] }
    return respond(rowJson(state.rows.set({ ...row, transaction, witness })))
  },
}

function inputCoin({ node, arguments: args }: CommandContext): Coin {
  const floats = args.flag('floating', false)
  const afloat = (coin: Coin): Coin => (floats ? { ...coin, coinId: COIN_ID_FLOATING } : coin)
  if (args.has('coinid')) {
    const id = args.text('coinid')
    const coin = node.chain.coin(spelledId(id))
    if (coin === undefined) throw new RpcError('not-found', `CoinID not found : ${id}`)
    return afloat(coin)
  }
  if (args.has('coindata')) return afloat(givenCoin(args.text('coindata')))
  const coin = outputCoin({
    address: fromHex(args.address('address')),
    amount: parseNumber(args.text('amount'), 'amount'),
    token: null,
    storeState: true,
  })
  return { ...coin, coinId: COIN_ID_FLOATING, tokenId: fromHex(args.text('tokenid', MINIMA_ID)) }
}

function givenCoin(hex: string): Coin {
  try {
    return decode(Coin, fromHex(hex))
  } catch (cause) {
    if (!(cause instanceof MinipolisError)) throw cause
    throw new RpcError('bad-parameter', 'ERROR importing coin data', {}, { cause })
  }
}

export const txnoutput: Command = {
  name: 'txnoutput',
  summary: 'Add a coin that a transaction makes; what the inputs have more than the outputs is burned',
  access: 'read',
  parameters: [
    idParameter,
    numberParameter('amount', 'in units of the token', REQUIRED),
    addressParameter('address', 'the receiver', REQUIRED),
    hexParameter('tokenid', '0x00 when absent'),
    flagParameter('storestate', 'whether the coin keeps the state; true when absent'),
  ],
  run(context) {
    const { state, arguments: args } = context
    const id = args.text('id')
    const amount = args.number('amount')
    const address = fromHex(args.address('address'))
    const storeState = args.flag('storestate', true)
    const token = tokenParameter(context)
    const raw = token === null ? amount : toMinimaAmount(token, amount)
    const row = state.rows.get(id)
    const outputs = [...row.transaction.outputs, outputCoin({ address, amount: raw, token, storeState })]
    return respond(rowJson(state.rows.set({ ...row, transaction: { ...row.transaction, outputs } })))
  },
}

/** The token that `tokenid` names; null for Minima. @throws RpcError `not-found` */
export function tokenParameter({ node, state, arguments: args }: CommandContext): Token | null {
  if (!args.has('tokenid')) return null
  const id = toHex(args.bytes('tokenid'))
  if (id === MINIMA_ID) return null
  const token = findToken(node, state, id)
  if (token === undefined) throw new RpcError('not-found', `Token not found : ${id}`)
  return token
}
