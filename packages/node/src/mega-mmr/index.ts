export type { CoinBlock } from './block-changes.ts'
export { MegaMMRStore } from './mega-mmr-store.ts'
