import type { TxPoW } from '@minipolis/minima'
import type { SignedTransaction } from '../../miner/index.ts'
import type { Arguments } from '../line/arguments.ts'
import type { RpcNode } from '../rpc-node.ts'
import type { RpcState } from '../rpc-state.ts'
import { insistSize, insistValid, postTransaction } from './post.ts'
import { type Spend, sign, spentCoins } from './spend.ts'
import { unlockedByNeed } from './unlocked.ts'

/** Holds the coins, signs, checks, and posts. `args` may name `password` and `mine`. @throws as its parts */
export async function signAndPost(node: RpcNode, state: RpcState, args: Arguments, spend: Spend): Promise<TxPoW> {
  const hold = node.wallet.hold(spentCoins(spend))
  let signed: SignedTransaction
  let candidate: TxPoW
  try {
    signed = await unlockedByNeed(node, args, () => sign(node, spend))
    candidate = node.template(signed)
    insistSize(candidate)
    insistValid(node, candidate)
  } catch (error) {
    hold.release()
    throw error
  }
  return postTransaction(node, state, signed, { mine: args.flag('mine', false), candidate, done: () => hold.release() })
}
