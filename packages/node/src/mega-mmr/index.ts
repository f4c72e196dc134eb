export type { CoinBlock } from './block-changes.ts'
export { type CatchUpParts, catchUp } from './catch-up.ts'
export { MegaMMRStore } from './mega-mmr-store.ts'
