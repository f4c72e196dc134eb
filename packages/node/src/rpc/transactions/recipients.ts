import { fromHex, MiniNumber, parseAddress } from '@minipolis/minima'
import { type Arguments, parseNumber } from '../line/arguments.ts'
import { RpcError } from '../rpc-error.ts'

export interface Recipient {
  readonly address: Uint8Array
  /** In units of the token. */
  readonly amount: MiniNumber
}

/** Receivers as `multi:["address:amount",…]`, or as `address` and `amount`. @throws RpcError `bad-parameter` */
export function recipientsOf(args: Arguments): Recipient[] {
  if (args.has('multi')) return args.texts('multi').map(parseRecipient)
  const address = fromHex(args.address('address'))
  return [{ address, amount: args.number('amount') }]
}

function parseRecipient(text: string): Recipient {
  const [address, amount] = text.split(':').filter((part) => part !== '')
  if (address === undefined || amount === undefined) {
    throw new RpcError('bad-parameter', `multi needs texts "address:amount", not ${text}`)
  }
  return { address: parseAddress(address), amount: parseNumber(amount, 'amount') }
}

export const totalAmount = (recipients: readonly Recipient[]): MiniNumber =>
  recipients.reduce((sum, { amount }) => sum.add(amount), MiniNumber.ZERO)
