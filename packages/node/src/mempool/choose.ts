import {
  type BlockState,
  checkTransactionInBlock,
  compareBytes,
  MinipolisError,
  type TxHeader,
  type TxPoW,
  toHex,
} from '@minipolis/minima'
import type { Mempool, PoolEntry } from './mempool.ts'

export interface ChoiceContext {
  /** The block to build on. */
  readonly tip: BlockState
  /** Header of the block to be: magic, number and time judge the scripts. */
  readonly header: TxHeader
  /** The unit whose own transaction the block carries; its coins are taken. */
  readonly own: Pick<TxPoW, 'body'>
  /** Rejections count once per round. */
  readonly round: string
}

/**
 * The transactions for a block, by falling burn: those that pass on the tip and compete with none before them. What can never
 * pass is dropped, what fails too often as well. Source: spec 05 section 17.2
 */
export function chooseTransactions(pool: Mempool, { tip, header, own, round }: ChoiceContext): PoolEntry[] {
  const chosen: PoolEntry[] = []
  const taken = new Set(provedCoins(own))
  const most = header.magic.currentMaxTransactions.asInt()
  for (const entry of pool.byBurn()) {
    if (chosen.length >= most) break
    const verdict = judge(pool, entry, taken, tip, header)
    if (verdict === 'drop') pool.remove(entry.id)
    else if (verdict === 'reject') pool.reject(entry.id, round)
    else {
      chosen.push(entry)
      for (const coin of entry.coins) taken.add(coin)
    }
  }
  return chosen
}

function judge(
  pool: Mempool,
  { id, txpow, facts, coins }: PoolEntry,
  taken: ReadonlySet<string>,
  tip: BlockState,
  header: TxHeader,
): 'take' | 'reject' | 'drop' {
  if (pool.isExhausted(id)) return 'drop'
  if (coins.some((coin) => taken.has(coin))) return 'reject'
  if (BigInt(facts.sizeForLimits) > header.magic.currentMaxTxPoWSize.asLong()) return 'drop'
  const work = txpow.body?.transactionDifficulty
  if (work === undefined || compareBytes(work, header.magic.currentMinTxPoWWork) > 0) return 'drop'
  try {
    return checkTransactionInBlock(txpow, header, tip.mmr).ok ? 'take' : 'reject'
  } catch (error) {
    if (error instanceof MinipolisError) return 'drop'
    throw error
  }
}

/** Ids of the coins a unit proves, hex. */
export function provedCoins({ body }: Pick<TxPoW, 'body'>): string[] {
  if (body === null) return []
  return [...body.witness.coinProofs, ...body.burnWitness.coinProofs].map(({ coin }) => toHex(coin.coinId))
}
