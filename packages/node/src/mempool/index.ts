export { type ChoiceContext, chooseTransactions, provedCoins } from './choose.ts'
export { poolArrival, poolEntry, poolFollow } from './follow-chain.ts'
export { MEMPOOL_BYTES_MAX, MEMPOOL_ENTRIES_MAX, Mempool, type PoolEntry, REJECTIONS_MAX } from './mempool.ts'
