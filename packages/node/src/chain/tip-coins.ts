import { type Coin, type CoinProof, toHex } from '@minipolis/minima'
import type { ImportedCoinStore } from '../store/index.ts'
import type { BlockNode } from './block-node.ts'
import type { BlockTree } from './block-tree.ts'
import { carryCoins, encodeCoins } from './carried-coins.ts'
import type { ChainChange } from './chain-change.ts'
import { CoinIndex } from './coin-index.ts'
import { ImportedCoins } from './imported-coins.ts'
import { type Interests, isRelevantCoin } from './relevance.ts'

/** Unspent coins at the tip: what its branch made, older ones that the root carries, and what was brought in with a proof. */
export class TipCoins {
  readonly index = new CoinIndex()
  readonly imported: ImportedCoins
  readonly #interests: Interests
  /** Coins older than the root that the root still proves. */
  #carried: readonly Coin[] = []

  constructor(store: ImportedCoinStore, interests: Interests) {
    this.imported = new ImportedCoins(store)
    this.#interests = interests
  }

  /** Begins anew with a tree that was read from the store, and the coins that its root carries. */
  load(tree: BlockTree, carried: readonly Coin[]): void {
    this.#carried = carried
    this.imported.load(tree)
    this.rebuild(tree)
  }

  /** Takes in a coin that was proved to be unspent in this block. */
  import(given: CoinProof, block: BlockNode): void {
    this.imported.add(given, block)
    this.index.add(given.coin)
  }

  /** Follows the tip. */
  follow({ connected, disconnected }: ChainChange, tree: BlockTree): void {
    if (disconnected.length === 0) {
      this.connect(connected)
      return
    }
    this.imported.follow(tree)
    this.rebuild(tree)
  }

  /** Blocks came on top of the tip, in this order. */
  connect(blocks: readonly BlockNode[]): void {
    for (const block of blocks) this.#apply(this.index, block)
  }

  /** Counts the whole main branch. */
  rebuild(tree: BlockTree): void {
    this.index.clear()
    for (const coin of this.#carried) this.index.add(coin)
    this.connect(tree.mainFrom(0))
  }

  /** Lets a block that will be the root carry the relevant coins that are older. Call it before the tree is cut. */
  carryTo(newRoot: BlockNode, tree: BlockTree): void {
    this.#carried = carryCoins(newRoot, this.#toCarry(newRoot, tree))
  }

  /** What the root carries, to be stored. */
  encodeCarried(): Uint8Array {
    return encodeCoins(this.#carried)
  }

  /** The wallet's. */
  relevant(): Coin[] {
    return this.#relevantOf(this.index)
  }

  /** Relevant coins that are older than the new root and not spent by it. */
  #toCarry(newRoot: BlockNode, tree: BlockTree): Coin[] {
    const coins = new CoinIndex()
    for (const coin of this.#carried) coins.add(coin)
    for (const block of tree.mainFrom(0)) {
      if (block === newRoot) break
      this.#apply(coins, block)
    }
    for (const { coinId } of newRoot.spent) coins.remove(toHex(coinId))
    return this.#relevantOf(coins)
  }

  #relevantOf(coins: CoinIndex): Coin[] {
    return [...coins.all()].filter((coin) => isRelevantCoin(coin, this.#interests))
  }

  #apply(coins: CoinIndex, { hex, spent, created }: BlockNode): void {
    for (const { coinId } of spent) coins.remove(toHex(coinId))
    for (const coin of created) coins.add(coin)
    for (const coin of this.imported.at(hex)) coins.add(coin)
  }
}
