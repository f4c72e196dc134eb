import { bytesEqual, toHex } from '../codec/index.ts'
import {
  COIN_ID_FLOATING,
  type Coin,
  type CoinProof,
  isAmountValid,
  isEmptyTransaction,
  isTransaction,
  LINK_HASH_NONE,
  scriptProofAddress,
  TOKEN_CREATE,
  TOKEN_MINIMA,
  type Transaction,
  type TxBody,
  type TxPoW,
  tokenId,
  type Witness,
} from '../objects/index.ts'
import { ACCEPTED, type CheckResult, checkAll, checkEach, judge, reject } from './check-result.ts'
import { factsOf } from './facts.ts'
import { CHAIN_ID } from './network-parameters.ts'

/**
 * What can be said of a unit without a chain and without signatures: chain id, distinct coins, link hashes, and for each
 * transaction amounts, inputs against proofs, tokens, scripts at hand.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWChecker.java (checkTxPoWBasic), spec 05 sections 10.1, 10.2.
 */
export const checkBasic = (txpow: TxPoW): CheckResult =>
  judge(() => {
    const { header, body } = txpow
    if (body === null) return reject('no-body', 'a bare header carries no transaction')
    return checkAll(
      () => checkChainId(header.chainId),
      () => checkDistinctCoins(isTransaction(txpow) ? [txpow] : []),
      () => checkTransaction(body.transaction, body.witness),
      () => checkLinkHash(body.transaction, LINK_HASH_NONE),
      () => checkBurn(txpow, body),
    )
  })

export const checkChainId = (chainId: Uint8Array): CheckResult =>
  bytesEqual(chainId, CHAIN_ID)
    ? ACCEPTED
    : reject('chain-id', `chain id ${toHex(chainId)}, expected ${toHex(CHAIN_ID)}`)

/** All coins proved by these units are distinct. The proofs count, not the inputs: those may be floating. */
export function checkDistinctCoins(units: readonly TxPoW[]): CheckResult {
  const seen = new Set<string>()
  for (const { body } of units) {
    if (body === null) continue
    for (const { coin } of [...body.witness.coinProofs, ...body.burnWitness.coinProofs]) {
      const id = toHex(coin.coinId)
      if (seen.has(id)) return reject('coin-used-twice', `coin ${id} is proved twice`)
      seen.add(id)
    }
  }
  return ACCEPTED
}

function checkLinkHash({ linkHash }: Transaction, expected: Uint8Array): CheckResult {
  return bytesEqual(linkHash, expected)
    ? ACCEPTED
    : reject('link-hash', `link hash ${toHex(linkHash)}, expected ${toHex(expected)}`)
}

/** A burn transaction names the transaction it pays for, also when that one is empty. */
function checkBurn(txpow: TxPoW, { burnTransaction, burnWitness }: TxBody): CheckResult {
  if (isEmptyTransaction(burnTransaction)) return ACCEPTED
  return checkAll(
    () => checkLinkHash(burnTransaction, factsOf(txpow).transactionId!),
    () => checkTransaction(burnTransaction, burnWitness),
  )
}

function checkTransaction(transaction: Transaction, witness: Witness): CheckResult {
  if (isEmptyTransaction(transaction)) return ACCEPTED
  const { inputs, outputs } = transaction
  const proofs = witness.coinProofs
  if (inputs.length === 0) return reject('no-inputs', 'a transaction needs at least one input')
  if (!isAmountValid(transaction))
    return reject('amount', 'amounts must be above 0 and at most a billion, and outputs within inputs')
  if (inputs.length !== proofs.length)
    return reject('proof-count', `${proofs.length} coin proofs for ${inputs.length} inputs`)
  const addresses = new Set(witness.scripts.map((script) => toHex(scriptProofAddress(script))))
  return checkAll(
    () => checkEach(inputs.entries(), ([i, input]) => checkInput(input, proofs[i]!, addresses)),
    () => checkEach(outputs, checkOutputToken),
  )
}

function checkInput(input: Coin, { coin }: CoinProof, addresses: ReadonlySet<string>): CheckResult {
  const same =
    input.amount.equals(coin.amount) &&
    bytesEqual(input.address, coin.address) &&
    bytesEqual(input.tokenId, coin.tokenId) &&
    (bytesEqual(input.coinId, COIN_ID_FLOATING) || bytesEqual(input.coinId, coin.coinId))
  if (!same)
    return reject('input-mismatch', `input ${toHex(input.coinId)} is not the proved coin ${toHex(coin.coinId)}`)
  if (!bytesEqual(input.tokenId, TOKEN_MINIMA) && !(isOfToken(input) && isOfToken(coin)))
    return reject(
      'token-mismatch',
      `the token of input ${toHex(input.coinId)} does not hash to ${toHex(input.tokenId)}`,
    )
  if (coin.spent !== 0) return reject('coin-spent', `the proved coin ${toHex(coin.coinId)} is marked as spent`)
  return addresses.has(toHex(input.address))
    ? ACCEPTED
    : reject('script-missing', `no script of the witness has the address ${toHex(input.address)}`)
}

const isOfToken = ({ token, tokenId: id }: Coin): boolean => token !== null && bytesEqual(tokenId(token), id)

/** Plain Minima may carry any token object; it means nothing. */
function checkOutputToken(output: Coin): CheckResult {
  if (bytesEqual(output.tokenId, TOKEN_MINIMA)) return ACCEPTED
  const fine = bytesEqual(output.tokenId, TOKEN_CREATE) ? output.token !== null : isOfToken(output)
  return fine ? ACCEPTED : reject('token-mismatch', `the token of an output does not hash to ${toHex(output.tokenId)}`)
}
