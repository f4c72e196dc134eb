import type { BlockNode } from '../chain/index.ts'
import { RpcError } from './rpc-error.ts'
import type { RpcNode } from './rpc-node.ts'

/** @throws RpcError `unavailable` while the node has no block */
export function requireTip({ chain }: RpcNode, message = 'No blocks yet..'): BlockNode {
  if (chain.tip === undefined) throw new RpcError('unavailable', message)
  return chain.tip
}
