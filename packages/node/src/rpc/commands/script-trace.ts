import {
  EMPTY_TRANSACTION,
  EMPTY_WITNESS,
  type JsonText,
  jsonObject,
  jsonString,
  listVariables,
  type Transaction,
  transactionJson,
  type Value,
  type Witness,
  witnessJson,
} from '@minipolis/minima'

/** What the reference's trace prints of the transaction and its witness. */
export interface TracedTransaction {
  readonly transaction: Transaction
  readonly witness: Witness
}

const NONE: TracedTransaction = { transaction: EMPTY_TRANSACTION, witness: EMPTY_WITNESS }

/** Lines of the script machine, and behind the first two what only a whole transaction can print. */
export function traceText(trace: readonly string[], { transaction, witness }: TracedTransaction = NONE): string {
  const unit = [
    `INST[0] - Transaction   : ${transactionJson(transaction)}`,
    `INST[0] - Witness       : ${witnessJson(witness)}`,
  ]
  return trace
    .toSpliced(2, 0, ...unit)
    .map((line) => `${line}\n`)
    .join('')
}

/** In the order and with the names that the reference prints. */
export const variablesJson = (variables: ReadonlyMap<string, Value>): JsonText =>
  jsonObject(listVariables(variables).map(([name, value]) => [name, jsonString(value.text)] as const))
