import { type MiniNumber, type TxPoW, toHex, transactionId } from '@minipolis/minima'
import type { SignedTransaction } from '../../miner/index.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import type { RpcState } from '../rpc-state.ts'
import { requireTip } from '../tip.ts'
import { createBurn } from './burn.ts'
import { completeRow } from './complete-row.ts'
import { postTransaction } from './post.ts'
import { sign, spentCoins } from './spend.ts'

export interface PostRowOptions {
  readonly burn: MiniNumber
  /** Add proofs and scripts first. */
  readonly auto: boolean
  readonly mine: boolean
}

/** Posts a transaction that was built by hand, unchecked, as the reference does: `txncheck` is for that. */
export async function postRow(node: RpcNode, state: RpcState, id: string, options: PostRowOptions): Promise<TxPoW> {
  const { burn, auto, mine } = options
  if (burn.isNegative()) throw new RpcError('bad-parameter', `Cannot have negative burn ${burn}`)
  requireTip(node)
  const found = state.rows.get(id)
  const row = auto ? state.rows.set(completeRow(node, found, true)) : found
  const { transaction, witness } = row
  const proved = witness.coinProofs.map(({ coin }) => toHex(coin.coinId))
  const fee = burn.isZero() ? undefined : createBurn(node, transactionId(transaction), burn, proved)
  const hold = node.wallet.hold([...proved, ...(fee === undefined ? [] : spentCoins(fee))])
  try {
    const own: SignedTransaction = {
      transaction,
      witness,
      ...(fee === undefined ? {} : { burn: await sign(node, fee) }),
    }
    return await postTransaction(node, state, own, { mine, done: () => hold.release() })
  } catch (error) {
    hold.release()
    throw error
  }
}
