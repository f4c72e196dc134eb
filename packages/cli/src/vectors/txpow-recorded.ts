import {
  blockWeight,
  bodyHash,
  bytesEqual,
  formatWeight,
  isTransaction,
  parentId,
  signatureRootKey,
  type Transaction,
  type TxPoW,
  transactionId,
  txpowFacts,
  verifyTreeSignature,
  type Witness,
} from '@minipolis/minima'
import type { Computed } from './check-case.ts'

/** Whether every signature of a witness signs the transaction. */
const isSigned = (transaction: Transaction, { signatures }: Witness): boolean =>
  signatures.every((signature) =>
    verifyTreeSignature(signatureRootKey(signature), transactionId(transaction), signature),
  )

/** What recordings say of any TxPoW. */
export function recordedTxPoWFacts(txpow: TxPoW): Computed {
  const facts = txpowFacts(txpow)
  const { body, header } = txpow
  return {
    txpowid: facts.id,
    isblock: facts.isBlock,
    istransaction: isTransaction(txpow),
    superblock: facts.superLevel,
    size: facts.size,
    sizeWithoutBlockTxns: facts.sizeForLimits,
    weight: formatWeight(blockWeight(facts.id, header)),
    hasbody: body !== null,
    parentid: parentId(header),
    transactionid: facts.transactionId,
    burntransactionid: facts.burnTransactionId,
    signatureValid: () => body !== null && isSigned(body.transaction, body.witness),
    burnSignatureValid: () => body !== null && isSigned(body.burnTransaction, body.burnWitness),
    bodyhash: () => body && bodyHash(body),
    bodyhashMatchesHeader: () => body !== null && bytesEqual(bodyHash(body), header.bodyHash),
  }
}
