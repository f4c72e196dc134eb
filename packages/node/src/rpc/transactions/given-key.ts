import { type Signature, type Transaction, TreeKey, transactionId, WALLET_KEY_SHAPE } from '@minipolis/minima'
import { hexParameter, numberParameter, type Parameter } from '../command.ts'
import type { Arguments } from '../line/arguments.ts'

/** Parameters of commands that sign with a key that is not of the wallet. */
export const givenKeyParameters = {
  privateKey: { ...hexParameter('privatekey', 'the private key; it is neither stored nor echoed'), secret: true },
  keyUses: numberParameter('keyuses', 'how often the key has signed before: the same number twice gives the key away'),
} as const satisfies Record<string, Parameter>

/** The same where the call cannot do without them. */
export const requiredKeyParameters = [
  { ...givenKeyParameters.privateKey, required: true },
  { ...givenKeyParameters.keyUses, required: true },
] as const satisfies readonly Parameter[]

/** Refuses a call without a key before anything is built for it. @throws RpcError `bad-parameter` */
export function requireGivenKey(args: Arguments): void {
  args.bytes('privatekey')
  args.number('keyuses')
}

/** Signs with the key that the call brings along. @throws RpcError `bad-parameter`; the errors of `TreeKey` */
export function signWithGivenKey(args: Arguments, transaction: Transaction): Signature {
  const key = new TreeKey(args.bytes('privatekey'), WALLET_KEY_SHAPE)
  return key.signAt(args.number('keyuses').asInt(), transactionId(transaction))
}
