import { factsOf, isTransaction, type TxPoW, toHex, txpowBurn } from '@minipolis/minima'
import { type Chain, type ChainChange, hasMinedBody, type MainBranch } from '../chain/index.ts'
import { provedCoins } from './choose.ts'
import type { Mempool, PoolEntry } from './mempool.ts'

/** The unit as the mempool holds it. */
export function poolEntry(txpow: TxPoW): PoolEntry {
  const facts = factsOf(txpow)
  return { id: toHex(facts.id), txpow, facts, burn: txpowBurn(txpow), coins: provedCoins(txpow) }
}

/**
 * A unit arrived: if it carries a transaction that no block of the main branch has, it waits. Not one whose body was changed on
 * the way: others have another under its id, and a block that lists it would be refused.
 */
export function poolArrival(pool: Mempool, txpow: TxPoW, branch: MainBranch): void {
  if (!isTransaction(txpow) || !hasMinedBody(txpow) || branch.includes(toHex(factsOf(txpow).id))) return
  pool.add(poolEntry(txpow))
}

/** The tip moved: transactions of blocks that lost wait again, those of blocks that won do not. */
export function poolFollow(pool: Mempool, { disconnected, connected }: ChainChange, chain: Chain): void {
  for (const { transactions } of disconnected) {
    for (const id of transactions) {
      const txpow = chain.known.get(id)
      if (txpow !== undefined && hasMinedBody(txpow)) pool.add(poolEntry(txpow))
    }
  }
  for (const { transactions } of connected) for (const id of transactions) pool.remove(id)
}
