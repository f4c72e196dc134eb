import type { NodeCore } from '../../node/core.ts'
import { ChainLoader } from '../../sync/index.ts'
import { RpcError } from '../rpc-error.ts'

/**
 * Gives an empty node a chain in wire form, checked as one that a peer offers.
 *
 * @param from where it comes from, for people
 * @throws RpcError `refused`
 */
export async function loadChain(core: NodeCore, ibd: Uint8Array, from: string): Promise<void> {
  const { progress } = core
  const loader = new ChainLoader(
    { compareMs: 0, loadsOlder: false },
    { holder: core, now: Date.now, ...(progress && { progress }) },
  )
  const result = await loader.download(ibd, from)
  if (result.kind !== 'done') throw new RpcError('refused', `the chain of ${from} is refused: ${result.detail}`)
  if (core.chain.tip === undefined) throw new RpcError('refused', `${from} has no chain to give`)
}
