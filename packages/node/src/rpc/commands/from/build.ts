import { fromHex, MiniNumber, toHex, toMinimaAmount } from '@minipolis/minima'
import { spelledId } from '../../coins.ts'
import {
  addressParameter,
  type Command,
  hexParameter,
  numberParameter,
  REQUIRED,
  respond,
  textParameter,
} from '../../command.ts'
import type { Arguments } from '../../line/arguments.ts'
import { RpcError } from '../../rpc-error.ts'
import { outputCoin } from '../../transactions/outputs.ts'
import { withAmount } from '../txn/auto.ts'
import { tokenParameter } from '../txn/inputs.ts'
import { exportedJson, inOwnRow, provedBy, withCoins } from './rows.ts'

/** Parameters that all payments from one address share. */
export const paymentFromParameters = [
  addressParameter('fromaddress', 'whose coins to use; change goes back to it', REQUIRED),
  addressParameter('address', 'the receiver', REQUIRED),
  numberParameter('amount', 'in units of the token', REQUIRED),
  hexParameter('tokenid', '0x00 when absent'),
  textParameter('script', 'the script of the address', REQUIRED),
  numberParameter('burn', 'fee in Minima; not with tokens'),
] as const

/** Refuses a call that lacks what a payment needs. @returns the script of the address @throws RpcError `bad-parameter` */
export function paymentScript(args: Arguments): string {
  args.address('fromaddress')
  args.address('address')
  args.number('amount')
  return args.text('script')
}

export const createfrom: Command = {
  name: 'createfrom',
  summary: 'Build an unsigned payment from an address that is not of the wallet',
  access: 'read',
  parameters: paymentFromParameters,
  async run(context) {
    const { node, arguments: args } = context
    const script = paymentScript(args)
    const row = await inOwnRow(context, (empty) =>
      provedBy(node, context.state.rows.set(withAmount(context, empty)), script),
    )
    return respond(exportedJson(row, true))
  },
}

export const constructfrom: Command = {
  name: 'constructfrom',
  summary: 'Build an unsigned payment from named coins that are not of the wallet',
  access: 'read',
  parameters: [
    textParameter('coinlist', 'ids of the coins, with commas between', REQUIRED),
    textParameter('script', 'the script of their address', REQUIRED),
    addressParameter('toaddress', 'the receiver', REQUIRED),
    numberParameter('toamount', 'in units of the token', REQUIRED),
    numberParameter('changeamount', 'what goes back; all that is left is burned', REQUIRED),
    addressParameter('changeaddress', 'where it goes', REQUIRED),
    hexParameter('tokenid', '0x00 when absent'),
  ],
  async run(context) {
    const { node, arguments: args } = context
    const list = args.text('coinlist')
    const script = args.text('script')
    const to = { address: args.address('toaddress'), units: args.number('toamount') }
    const change = { units: args.number('changeamount'), address: args.address('changeaddress') }
    const token = tokenParameter(context)
    const inputs = list
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '')
      .map((id) => {
        const coin = node.chain.coins.get(spelledId(id))
        if (coin === undefined) throw new RpcError('not-found', `CoinID not found : ${id}`)
        return coin
      })
    if (new Set(inputs.map(({ coinId }) => toHex(coinId))).size !== inputs.length)
      throw new RpcError('bad-parameter', 'coinlist names a coin twice')
    const outputs = [to, ...(change.units.moreThan(MiniNumber.ZERO) ? [change] : [])].map(({ address, units }) => {
      const amount = token === null ? units : toMinimaAmount(token, units)
      return outputCoin({ address: fromHex(address), amount, token, storeState: true })
    })
    const row = await inOwnRow(context, (empty) =>
      provedBy(node, withCoins(context, empty, { inputs, outputs }), script),
    )
    return respond(exportedJson(row, true))
  },
}
