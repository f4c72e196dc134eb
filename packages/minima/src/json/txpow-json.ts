import { compareBytes, toHex } from '../codec/index.ts'
import { ObjectError } from '../objects/object-error.ts'
import { CASCADE_LEVELS, superParentRuns } from '../objects/super-parents.ts'
import { isEmptyTransaction } from '../objects/transaction.ts'
import type { TxBody } from '../objects/tx-body.ts'
import type { TxHeader } from '../objects/tx-header.ts'
import type { TxPoW } from '../objects/txpow.ts'
import { type TxPoWFacts, txpowBurn, txpowFacts } from '../objects/txpow-facts.ts'
import { formatJavaDate } from './java-date.ts'
import { type JsonText, jsonArray, jsonBoolean, jsonNumber, jsonObject, jsonString } from './json-text.ts'
import { magicJson } from './magic-json.ts'
import { transactionJson } from './transaction-json.ts'
import { witnessJson } from './witness-json.ts'

/** Runs of super parents, each with the index of its last level. */
const superParentsJson = (superParents: readonly Uint8Array[]): JsonText => {
  let levels = 0
  return jsonArray(
    superParentRuns(superParents).map(({ count, parent }) => {
      levels += count
      return jsonObject([
        ['difficulty', jsonNumber(levels - 1)],
        ['count', jsonNumber(count)],
        ['parent', jsonString(toHex(parent))],
      ])
    }),
  )
}

export const txHeaderJson = (header: TxHeader): JsonText =>
  jsonObject([
    ['chainid', jsonString(toHex(header.chainId))],
    ['block', jsonString(header.blockNumber.toString())],
    ['blkdiff', jsonString(toHex(header.blockDifficulty))],
    ['cascadelevels', jsonNumber(CASCADE_LEVELS)],
    ['superparents', superParentsJson(header.superParents)],
    ['magic', magicJson(header.magic)],
    ['mmr', jsonString(toHex(header.mmrRoot))],
    ['total', jsonString(header.mmrTotal.toString())],
    ['customhash', jsonString(toHex(header.customHash))],
    ['txbodyhash', jsonString(toHex(header.bodyHash))],
    ['nonce', jsonString(header.nonce.toString())],
    ['timemilli', jsonString(header.time.toString())],
    ['date', jsonString(formatJavaDate(header.time.asLong()))],
  ])

/** @throws NumberError `number-range` as the JSON of its coins and proofs */
export const txBodyJson = (body: TxBody): JsonText =>
  jsonObject([
    ['prng', jsonString(toHex(body.prng))],
    ['txndiff', jsonString(toHex(body.transactionDifficulty))],
    ['txn', transactionJson(body.transaction)],
    ['witness', witnessJson(body.witness)],
    ['burntxn', transactionJson(body.burnTransaction)],
    ['burnwitness', witnessJson(body.burnWitness)],
    ['txnlist', jsonArray(body.txpowIds.map((id) => jsonString(toHex(id))))],
  ])

/**
 * The JSON of a unit. Its `istransaction` asks for the sender's work, unlike `isTransaction`.
 *
 * @throws ObjectError `no-body`: like the reference, it cannot print a header alone; NumberError as `txBodyJson`
 */
export function txpowJson(txpow: TxPoW, facts: TxPoWFacts = txpowFacts(txpow)): JsonText {
  const { body, header } = txpow
  if (body === null) throw new ObjectError('no-body', 'a TxPoW without its body has no JSON form')
  const worked = compareBytes(facts.id, body.transactionDifficulty) < 0
  return jsonObject([
    ['txpowid', jsonString(toHex(facts.id))],
    ['isblock', jsonBoolean(facts.isBlock)],
    ['istransaction', jsonBoolean(worked && !isEmptyTransaction(body.transaction))],
    ['superblock', jsonNumber(facts.superLevel)],
    ['size', jsonNumber(facts.size)],
    ['burn', jsonNumber(txpowBurn(txpow))],
    ['header', txHeaderJson(header)],
    ['hasbody', jsonBoolean(true)],
    ['body', txBodyJson(body)],
  ])
}
