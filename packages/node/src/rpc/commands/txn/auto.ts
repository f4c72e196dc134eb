import { type Coin, fromHex, MiniNumber, type Token, toHex, toMinimaAmount, toTokenAmount } from '@minipolis/minima'
import { coinsBySearchOrder, isInUse, isSimple, MINIMA_ID, relevantCoins } from '../../coins.ts'
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
import { RpcError } from '../../rpc-error.ts'
import { requireTip } from '../../tip.ts'
import { coinsToPay } from '../../transactions/choose-coins.ts'
import { completeRow } from '../../transactions/complete-row.ts'
import { outputCoin } from '../../transactions/outputs.ts'
import { rowJson, type TransactionRow } from '../../transactions/rows.ts'
import { tokenParameter } from './inputs.ts'
import { idParameter } from './row-commands.ts'

const common = [
  addressParameter('address', 'the receiver'),
  numberParameter('amount', 'in units of the token', REQUIRED),
  hexParameter('tokenid', '0x00 when absent'),
  numberParameter('burn', 'fee in Minima'),
]

export const txnauto: Command = {
  name: 'txnauto',
  summary: 'Build a whole payment as a transaction: inputs, change, proofs and scripts',
  access: 'read',
  parameters: [idParameter, ...common, flagParameter('sign', 'sign it, too')],
  async run(context) {
    const { node, state, arguments: args, run } = context
    const id = args.text('id')
    args.address('address')
    const row = state.rows.create(id)
    try {
      state.rows.set(completeRow(node, withAmount(context, row), true))
      if (args.flag('sign', false)) await run({ name: 'txnsign', parameters: { id, publickey: 'auto' } })
      return respond(rowJson(state.rows.get(id)))
    } catch (error) {
      state.rows.delete(id)
      throw error
    }
  },
}

export const txnaddamount: Command = {
  name: 'txnaddamount',
  summary: 'Add a payment to a transaction: inputs, output and change',
  access: 'read',
  parameters: [
    idParameter,
    ...common,
    flagParameter('onlychange', 'add inputs and change, but no output'),
    addressParameter('fromaddress', 'use coins of this address, change goes back to it'),
    flagParameter('storestate', 'whether the output keeps the state; true when absent'),
  ],
  run(context) {
    const { state, arguments: args } = context
    const id = args.text('id')
    args.text('amount')
    return respond(rowJson(state.rows.set(withAmount(context, state.rows.get(id)))))
  },
}

/** The row with inputs, output and change of what the call names. @throws RpcError `refused` when the free coins do not reach */
export function withAmount(context: CommandContext, row: TransactionRow): TransactionRow {
  const { node, state, arguments: args } = context
  const token = tokenParameter(context)
  const burn = args.number('burn', MiniNumber.ZERO)
  if (burn.moreThan(MiniNumber.ZERO) && token !== null) {
    throw new RpcError(
      'bad-parameter',
      'Currently BURN on precreated transactions only works for Minima.. tokenid:0x00.. not tokens.',
    )
  }
  const units = args.number('amount')
  const amount = token === null ? units : toMinimaAmount(token, units)
  const needed = amount.add(burn)
  const from = args.address('fromaddress', '')
  const inputs = coinsToPay(freeCoins(context, token, from), needed)
  const gathered = inputs.reduce((sum, coin) => sum.add(coin.amount), MiniNumber.ZERO)
  const change = gathered.sub(needed)
  if (change.isNegative()) {
    const balance = token === null ? gathered : toTokenAmount(token, gathered)
    throw new RpcError('refused', `Not enough funds! Current balance : ${balance}`)
  }
  const outputs: Coin[] = []
  if (!args.flag('onlychange', false)) {
    const storeState = args.flag('storestate', true)
    outputs.push(outputCoin({ address: fromHex(args.address('address')), amount, token, storeState }))
  }
  if (change.moreThan(MiniNumber.ZERO)) {
    const address = from === '' ? node.wallet.changeAddress() : fromHex(from)
    outputs.push(outputCoin({ address, amount: change, token, storeState: false }))
  }
  for (const { coinId } of inputs) state.lock.addCoin(toHex(coinId))
  const { transaction } = row
  return {
    ...row,
    transaction: {
      ...transaction,
      inputs: [...transaction.inputs, ...inputs],
      outputs: [...transaction.outputs, ...outputs],
    },
  }
}

/** Coins of one token that nothing else uses. */
function freeCoins({ node, state }: CommandContext, token: Token | null, from: string): Coin[] {
  requireTip(node)
  const found =
    from === ''
      ? relevantCoins(node).filter((coin) => isSimple(node, coin))
      : coinsBySearchOrder(node, node.chain.coins.find({ address: from }))
  return found.filter(
    (coin) =>
      (token === null ? toHex(coin.tokenId) === MINIMA_ID : isOf(token, coin)) &&
      !isInUse(node, coin) &&
      !state.lock.hasCoin(toHex(coin.coinId)),
  )
}

const isOf = (token: Token, coin: Coin): boolean =>
  coin.token !== null && toHex(coin.token.coinId) === toHex(token.coinId) && coin.token.created.equals(token.created)
