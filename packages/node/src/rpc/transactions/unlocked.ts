import type { Arguments } from '../line/arguments.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

/**
 * Works with the wallet open: a locked one opens for this one call, with the parameter `password`. Of a wallet that is open
 * anyway, the password does not matter.
 *
 * @throws WalletError `wrong-password`
 */
export const unlocked = <T>({ wallet }: RpcNode, args: Arguments, work: () => Promise<T>): Promise<T> =>
  args.has('password') && wallet.isLocked ? wallet.unlockedFor(args.text('password'), work) : work()

/** The same where a password for an open wallet is a mistake. @throws RpcError `refused`; WalletError `wrong-password` */
export async function unlockedByNeed<T>(node: RpcNode, args: Arguments, work: () => Promise<T>): Promise<T> {
  if (args.has('password') && !node.wallet.isLocked) {
    throw new RpcError('refused', 'WalletDB NOT Locked! Password Invalid')
  }
  return unlocked(node, args, work)
}
