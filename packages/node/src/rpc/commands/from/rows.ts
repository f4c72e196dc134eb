import {
  decode,
  encode,
  type JsonText,
  jsonObject,
  jsonString,
  MiniNumber,
  singleScript,
  type Transaction,
  type TxPoW,
  toHex,
} from '@minipolis/minima'
import type { CommandContext } from '../../command.ts'
import type { Arguments } from '../../line/arguments.ts'
import type { RpcNode } from '../../rpc-node.ts'
import { signWithGivenKey } from '../../transactions/given-key.ts'
import { postRow } from '../../transactions/post-row.ts'
import { coinProofs } from '../../transactions/prove.ts'
import { rowJson, TransactionRow } from '../../transactions/rows.ts'
import { withScripts, withSignatures } from '../../transactions/witness.ts'

const NAME_BYTES = 32

/** Builds a transaction in a row of its own, which is gone when the work is done. */
export async function inOwnRow<T>(
  { node, state }: CommandContext,
  work: (row: TransactionRow) => T | Promise<T>,
): Promise<T> {
  const row = state.rows.create(toHex(node.random(NAME_BYTES)))
  try {
    return await work(row)
  } finally {
    state.rows.delete(row.id)
  }
}

/** Keeps the row with these coins in its transaction. */
export function withCoins(
  { state }: CommandContext,
  row: TransactionRow,
  coins: Pick<Transaction, 'inputs' | 'outputs'>,
): TransactionRow {
  return state.rows.set({ ...row, transaction: { ...row.transaction, ...coins } })
}

/** Proofs of all inputs, and the one script that guards them. */
export function provedBy(node: RpcNode, row: TransactionRow, script: string): TransactionRow {
  const proofs = [...row.witness.coinProofs, ...coinProofs(node, row.transaction.inputs)]
  return { ...row, witness: withScripts({ ...row.witness, coinProofs: proofs }, [singleScript(script)]) }
}

export function signedByGivenKey(args: Arguments, row: TransactionRow): TransactionRow {
  return { ...row, witness: withSignatures(row.witness, [signWithGivenKey(args, row.transaction)]) }
}

/** Proves, signs with the key that the call brings along, and posts. */
export const completeAndPost = (
  context: CommandContext,
  built: TransactionRow,
  script: string,
  mine: boolean,
): Promise<TxPoW> =>
  postOwnRow(context, signedByGivenKey(context.arguments, provedBy(context.node, built, script)), mine)

/** Keeps the row as long as it takes to post it. */
export function postOwnRow({ node, state }: CommandContext, row: TransactionRow, mine: boolean): Promise<TxPoW> {
  state.rows.set(row)
  return postRow(node, state, row.id, { burn: MiniNumber.ZERO, auto: false, mine })
}

/** A row that a call brings along in hex. @throws CodecError */
export const givenRow = (args: Arguments): TransactionRow => decode(TransactionRow, args.bytes('data'))

/** As `txnexport` gives it. */
export function exportedJson(row: TransactionRow, shown: boolean): JsonText {
  const data = ['data', jsonString(toHex(encode(TransactionRow, row)))] as const
  return jsonObject(shown ? [['txn', rowJson(row)], data] : [data])
}
