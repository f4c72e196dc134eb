import type { TxPoW } from '@minipolis/minima'
import type { SignedTransaction } from '../../miner/index.ts'
import type { Arguments } from '../line/arguments.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import type { RpcState } from '../rpc-state.ts'
import { insistSize, insistValid, postTransaction } from './post.ts'
import { type Spend, sign, spentCoins } from './spend.ts'

/**
 * Signs with the keys of the wallet. A locked wallet opens for this one call when the password is given, and a password for an
 * open wallet is a mistake.
 *
 * @throws RpcError `refused`; WalletError `wrong-password`, `locked`
 */
export async function withPassword<T>(node: RpcNode, args: Arguments, work: () => Promise<T>): Promise<T> {
  if (!args.has('password')) return work()
  const { wallet } = node
  if (!wallet.isLocked) throw new RpcError('refused', 'WalletDB NOT Locked! Password Invalid')
  return wallet.unlockedFor(args.text('password'), work)
}

/** Holds the coins, signs, checks, and posts. `args` may name `password` and `mine`. @throws as its parts */
export async function signAndPost(node: RpcNode, state: RpcState, args: Arguments, spend: Spend): Promise<TxPoW> {
  const hold = node.wallet.hold(spentCoins(spend))
  let signed: SignedTransaction
  let candidate: TxPoW
  try {
    signed = await withPassword(node, args, () => sign(node, spend))
    candidate = node.template(signed)
    insistSize(candidate)
    insistValid(node, candidate)
  } catch (error) {
    hold.release()
    throw error
  }
  return postTransaction(node, state, signed, { mine: args.flag('mine', false), candidate, done: () => hold.release() })
}
