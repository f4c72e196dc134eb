import { txpowJson } from '@minipolis/minima'
import { type Command, flagParameter, hexParameter, REQUIRED, respond, textParameter } from '../../command.ts'
import { requiredKeyParameters, requireGivenKey } from '../../transactions/given-key.ts'
import { withAmount } from '../txn/auto.ts'
import { paymentFromParameters, paymentScript } from './build.ts'
import { completeAndPost, exportedJson, givenRow, inOwnRow, postOwnRow, signedByGivenKey } from './rows.ts'

export const signfrom: Command = {
  name: 'signfrom',
  summary: 'Sign what createfrom or constructfrom built, with a key that is not of the wallet',
  access: 'read',
  parameters: [
    textParameter('id', 'a new name for the transaction'),
    hexParameter('data', 'what createfrom gave', REQUIRED),
    ...requiredKeyParameters,
  ],
  run({ arguments: args }) {
    const row = givenRow(args)
    const named = args.has('id') ? { ...row, id: args.text('id') } : row
    return respond(exportedJson(signedByGivenKey(args, named), false))
  },
}

export const postfrom: Command = {
  name: 'postfrom',
  summary: 'Post what signfrom signed',
  access: 'read',
  parameters: [hexParameter('data', 'what signfrom gave', REQUIRED), flagParameter('mine', 'wait until it is mined')],
  async run(context) {
    const { arguments: args } = context
    const { transaction, witness } = givenRow(args)
    const mine = args.flag('mine', false)
    const txpow = await inOwnRow(context, (row) => postOwnRow(context, { ...row, transaction, witness }, mine))
    return respond(txpowJson(txpow))
  },
}

export const sendfrom: Command = {
  name: 'sendfrom',
  summary: 'Send from an address that is not of the wallet: build, sign with the given key, and post',
  access: 'read',
  parameters: [
    ...paymentFromParameters,
    ...requiredKeyParameters,
    flagParameter('mine', 'wait until it is mined; true when absent'),
  ],
  async run(context) {
    const { state, arguments: args } = context
    const script = paymentScript(args)
    requireGivenKey(args)
    const mine = args.flag('mine', true)
    const txpow = await inOwnRow(context, (row) =>
      completeAndPost(context, state.rows.set(withAmount(context, row)), script, mine),
    )
    return respond(txpowJson(txpow))
  },
}
