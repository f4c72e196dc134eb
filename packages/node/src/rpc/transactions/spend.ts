import {
  type Coin,
  LINK_HASH_NONE,
  type StateVariable,
  type Transaction,
  toHex,
  transactionId,
  type Witness,
  withOutputCoinIds,
} from '@minipolis/minima'
import type { SignedTransaction } from '../../miner/index.ts'
import type { RpcNode } from '../rpc-node.ts'
import { coinProofs, requiredScripts, simpleKeys } from './prove.ts'

/** A transaction with its proofs and scripts, the keys that must sign it, and its coins held. */
export interface Spend {
  readonly transaction: Transaction
  readonly witness: Witness
  readonly signers: readonly string[]
  /** Pays for it with other coins; set where the fee is not of the same token. */
  readonly burn?: Spend
}

export interface SpendOptions {
  readonly inputs: readonly Coin[]
  readonly outputs: readonly Coin[]
  readonly state?: readonly StateVariable[]
  readonly linkHash?: Uint8Array
}

/** @throws RpcError `not-found` */
export function createSpend(
  node: RpcNode,
  { inputs, outputs, state = [], linkHash = LINK_HASH_NONE }: SpendOptions,
): Spend {
  return {
    transaction: withOutputCoinIds({ inputs, outputs, state, linkHash }),
    witness: { signatures: [], coinProofs: coinProofs(node, inputs), scripts: requiredScripts(node, inputs) },
    signers: simpleKeys(node, inputs),
  }
}

export const unsigned = ({ transaction, witness, burn }: Spend): SignedTransaction => ({
  transaction,
  witness,
  ...(burn === undefined ? {} : { burn: { transaction: burn.transaction, witness: burn.witness } }),
})

/** @throws WalletError `unknown-key`, `key-exhausted`, `locked` */
export async function sign(node: RpcNode, spend: Spend): Promise<SignedTransaction> {
  const { transaction, witness } = spend
  const signatures = await node.wallet.sign(transaction, spend.signers)
  const own = { transaction, witness: { ...witness, signatures } }
  return spend.burn === undefined ? own : { ...own, burn: await sign(node, spend.burn) }
}

/** Ids of all coins that it spends, hex. */
export const spentCoins = ({ transaction, burn }: Spend): string[] => [
  ...transaction.inputs.map(({ coinId }) => toHex(coinId)),
  ...(burn === undefined ? [] : spentCoins(burn)),
]

export const spendId = ({ transaction }: Spend): Uint8Array => transactionId(transaction)
