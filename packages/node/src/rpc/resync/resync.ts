import type { NodeCore } from '../../node/core.ts'
import { formatAddress, type PeerAddress } from '../../peers/index.ts'
import { askForCoins } from '../../sync/index.ts'
import { type ImportedCount, importCoins } from './import-coins.ts'
import { loadChain } from './load-chain.ts'
import { namesOf } from './own-names.ts'

/**
 * Gives an empty node the chain of one that keeps all coins, and those of its wallet. Chain and coins are checked; that the host
 * left no coin out cannot be.
 *
 * @throws PeersError `no-answer`, RpcError `refused`, CodecError, WireError, NodeError of the store
 */
export async function resync(core: NodeCore, host: PeerAddress): Promise<ImportedCount> {
  const { ibd, coins } = await askForCoins(host, namesOf(core.wallet))
  await loadChain(core, ibd, formatAddress(host))
  return importCoins(core, coins)
}
