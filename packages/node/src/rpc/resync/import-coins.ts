import { type CoinProof, toHex } from '@minipolis/minima'
import { isRelevantCoin } from '../../chain/index.ts'
import type { NodeCore } from '../../node/core.ts'

/** Coins that become durable together; then others get a turn. */
const BATCH_COINS = 200

export interface ImportedCount {
  /** Coins of the wallet that the chain shows unspent. */
  readonly imported: number
  /** Proofs that do not hold at the tip. */
  readonly refused: number
}

/** Takes in coins of the wallet that are older than the tree. Coins of others are passed over. */
export async function importCoins(
  { chain, wallet }: Pick<NodeCore, 'chain' | 'wallet'>,
  proofs: readonly CoinProof[],
): Promise<ImportedCount> {
  const imported = new Set<string>()
  let refused = 0
  for (let at = 0; at < proofs.length; at += BATCH_COINS) {
    chain.batch(() => {
      for (const proof of proofs.slice(at, at + BATCH_COINS)) {
        if (!isRelevantCoin(proof.coin, wallet.scripts)) continue
        const id = toHex(proof.coin.coinId)
        const isHere = chain.coins.get(id) !== undefined
        if (isHere || chain.importCoin(proof).kind === 'unspent') imported.add(id)
        else refused++
      }
    })
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { imported: imported.size, refused }
}
