import {
  type CheckResult,
  checkBasic,
  checkTransactionInBlock,
  type TxPoW,
  toHex,
  transactionId,
  txpowId,
} from '@minipolis/minima'
import { proveInputs } from '../chain/index.ts'
import { NodeError, WalletError } from '../errors/index.ts'
import type { SignedTransaction } from '../miner/index.ts'
import type { Reservation, TransactionDraft } from '../wallet/index.ts'
import type { NodeCore } from './core.ts'

/** A transaction that the node has mined and taken. Ids are hex. */
export interface Submission {
  readonly transactionId: string
  readonly txpowId: string
  readonly txpow: TxPoW
}

/**
 * Builds, signs, checks, mines and posts a transaction. Its coins are held from the first step on, so that drafts submitted at
 * the same time take different coins or fail.
 *
 * @throws WalletError for drafts that cannot be paid or signed; NodeError `transaction-invalid`, `transaction-too-large`,
 *   `queue-full`, `not-running`, and those of the store
 */
export async function submit(core: NodeCore, draft: TransactionDraft): Promise<Submission> {
  const reservation = core.wallet.reserve(draft, core.chain, core.pool)
  try {
    const signed = await sign(core, draft, reservation)
    const txpow = await core.miner.mineTransaction(signed)
    core.post(txpow)
    return { transactionId: toHex(transactionId(signed.transaction)), txpowId: toHex(txpowId(txpow)), txpow }
  } finally {
    reservation.release()
  }
}

async function sign(core: NodeCore, draft: TransactionDraft, { transaction }: Reservation): Promise<SignedTransaction> {
  const { wallet, chain } = core
  const coinProofs = proveInputs(chain.tree, transaction.inputs, chain.parameters.proofHistoryBlocks)
  if (coinProofs === undefined) throw new WalletError('unknown-coin', 'a coin of the draft cannot be proved at the tip')
  const unsigned = { signatures: [], coinProofs, scripts: wallet.scriptProofs(transaction, draft) }
  const signers = wallet.signers(transaction, draft)
  insist(checkBasic(core.template({ transaction, witness: unsigned })))

  const signed = { transaction, witness: { ...unsigned, signatures: await wallet.sign(transaction, signers) } }
  const candidate = core.template(signed)
  insist(checkTransactionInBlock(candidate, candidate.header, chain.tip!.mmr))
  return signed
}

function insist(verdict: CheckResult): void {
  if (verdict.ok) return
  const code =
    verdict.code === 'txpow-size' || verdict.code === 'state-size' ? 'transaction-too-large' : 'transaction-invalid'
  throw new NodeError(code, `the chain would refuse the transaction: ${verdict.detail}`, { rule: verdict.code })
}
