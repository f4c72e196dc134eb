import { bagPeaks, type Coin, mmrDataEqual } from '@minipolis/minima'
import { exportCoin } from '../../chain/index.ts'
import { checkTree, MegaMMRError, readBackup } from '../../mega-mmr/index.ts'
import type { NodeCore } from '../../node/core.ts'
import { coinsNaming } from '../../sync/index.ts'
import { IbdReader } from '../../wire/index.ts'
import { importCoins } from './import-coins.ts'
import { loadChain } from './load-chain.ts'
import { namesOf } from './own-names.ts'

const SOURCE = 'the file'

/**
 * Gives an empty node that keeps all coins those of a file, and the chain that goes with them, everything checked. The coins of
 * its wallet are among the ones it watches afterwards.
 *
 * @throws MegaMMRError, RpcError `refused`, NodeError of the store
 */
export async function loadCoinFile(core: NodeCore, path: string): Promise<void> {
  const megaMMR = core.megaMMR!
  const ibd = await readBackup(path, megaMMR, (work) => core.store.transact(work))
  await checkTree(megaMMR)
  const first = new IbdReader(ibd).next()
  const below = bagPeaks(first?.previousPeaks.map(({ data }) => data) ?? [])
  const root = megaMMR.root()
  if (below === undefined || root === undefined || !mmrDataEqual(below, root)) {
    throw new MegaMMRError('file-false', 'the coins of the file are not those of its chain')
  }
  await loadChain(core, ibd, SOURCE)
  const { tree, parameters } = core.chain
  const own = await coinsNaming(core.chain, namesOf(core.wallet))
  const prove = (coin: Coin) => exportCoin(tree, coin, parameters.proofHistoryBlocks)
  await importCoins(
    core,
    own.flatMap((coin) => prove(coin) ?? []),
  )
}
