import {
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonObject,
  jsonString,
  MiniNumber,
  type Signature,
  signatureRootKey,
  toHex,
  transactionId,
  txpowJson,
} from '@minipolis/minima'
import {
  type Command,
  type CommandContext,
  flagParameter,
  numberParameter,
  passwordParameter,
  REQUIRED,
  respond,
  textParameter,
} from '../../command.ts'
import { RpcError } from '../../rpc-error.ts'
import { givenKeyParameters, signWithGivenKey } from '../../transactions/given-key.ts'
import { postRow } from '../../transactions/post-row.ts'
import type { TransactionRow } from '../../transactions/rows.ts'
import { unlocked } from '../../transactions/unlocked.ts'
import { withSignatures } from '../../transactions/witness.ts'
import { idParameter } from './row-commands.ts'

export const txnsign: Command = {
  name: 'txnsign',
  summary: 'Sign a transaction, and post it if wished',
  access: 'write',
  parameters: [
    idParameter,
    textParameter('publickey', 'a key of the wallet, auto for those of simple inputs, or custom', REQUIRED),
    flagParameter('txndelete', 'delete the transaction when it is posted'),
    flagParameter('txnpostauto', 'its presence posts the transaction; true adds proofs and scripts first'),
    numberParameter('txnpostburn', 'fee in Minima'),
    flagParameter('txnpostmine', 'wait until it is mined'),
    passwordParameter('password', 'opens a locked wallet for this call'),
    givenKeyParameters.privateKey,
    givenKeyParameters.keyUses,
  ],
  async run(context) {
    const { node, state, arguments: args } = context
    const id = args.text('id')
    const choice = args.text('publickey')
    const row = state.rows.get(id)
    const signed = await unlocked(node, args, () => signRow(context, row, choice))
    const current = state.rows.get(row.id)
    state.rows.set({ ...current, witness: withSignatures(current.witness, signed.signatures) })
    return respond(
      jsonObject([
        ['keys', textsJson(signed.keys)],
        ...(signed.nonSimple.length > 0 ? [['nonsimple', textsJson(signed.nonSimple)] as const] : []),
        ...(signed.notFound.length > 0 ? [['notfound', textsJson(signed.notFound)] as const] : []),
        ...(await posted(context, row.id)),
      ]),
    )
  },
}

interface Signed {
  readonly keys: readonly string[]
  readonly nonSimple: readonly string[]
  readonly notFound: readonly string[]
  readonly signatures: readonly Signature[]
}

const textsJson = (texts: readonly string[]): JsonText => jsonArray(texts.map(jsonString))

async function signRow(
  { node, arguments: args }: CommandContext,
  { transaction, witness }: TransactionRow,
  choice: string,
): Promise<Signed> {
  const message = transactionId(transaction)
  if (choice === 'custom') {
    return { keys: [], nonSimple: [], notFound: [], signatures: [signWithGivenKey(args, transaction)] }
  }
  if (choice !== 'auto') {
    if (node.wallet.keys.get(choice) === undefined) throw new RpcError('not-found', `Public Key not found : ${choice}`)
    return { keys: [choice], nonSimple: [], notFound: [], signatures: [await node.wallet.keys.sign(choice, message)] }
  }
  const nonSimple: string[] = []
  const notFound: string[] = []
  const keys = new Set<string>()
  const signedBefore = new Set(witness.signatures.map((signature) => toHex(signatureRootKey(signature))))
  for (const address of transaction.inputs.map((coin) => toHex(coin.address))) {
    const script = node.wallet.scripts.get(address)
    const key = script?.publicKey && toHex(script.publicKey)
    if (script === undefined) notFound.push(address)
    else if (key === undefined) nonSimple.push(address)
    else if (!signedBefore.has(key)) keys.add(key)
  }
  return { keys: [...keys], nonSimple, notFound, signatures: await node.wallet.sign(transaction, [...keys]) }
}

async function posted(
  { node, state, arguments: args }: CommandContext,
  id: string,
): Promise<(readonly [string, JsonText])[]> {
  if (!args.has('txnpostauto')) return [['txnpost', jsonBoolean(false)]]
  const auto = args.flag('txnpostauto')
  const burn = args.number('txnpostburn', MiniNumber.ZERO)
  const mine = args.flag('txnpostmine', false)
  const txpow = await postRow(node, state, id, { burn, auto, mine })
  const isDeleted = args.flag('txndelete', false)
  if (isDeleted) state.rows.delete(id)
  return [
    ['txnpost', jsonBoolean(true)],
    ['txnpostauto', jsonBoolean(auto)],
    ['txnpostburn', jsonString(burn.toString())],
    ['txnpostmine', jsonBoolean(mine)],
    ['txpow', txpowJson(txpow)],
    ['delete', jsonBoolean(isDeleted)],
  ]
}
