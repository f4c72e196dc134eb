import { toHex } from '../codec/index.ts'
import { type Transaction, transactionId } from '../objects/transaction.ts'
import { coinJson } from './coin-json.ts'
import { type JsonText, jsonArray, jsonObject, jsonString } from './json-text.ts'
import { stateJson } from './state-json.ts'

/** @throws NumberError `number-range` as `coinJson` */
export const transactionJson = (transaction: Transaction): JsonText =>
  jsonObject([
    ['inputs', jsonArray(transaction.inputs.map((coin) => coinJson(coin)))],
    ['outputs', jsonArray(transaction.outputs.map((coin) => coinJson(coin)))],
    ['state', stateJson(transaction.state)],
    ['linkhash', jsonString(toHex(transaction.linkHash))],
    ['transactionid', jsonString(toHex(transactionId(transaction)))],
  ])
