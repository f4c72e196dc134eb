import { type Coin, CoinProof, coinLeaf, decode, encode, entryIndex, toHex } from '@minipolis/minima'
import type { ImportedCoinStore } from '../store/index.ts'
import type { BlockNode } from './block-node.ts'
import type { BlockTree } from './block-tree.ts'
import { oldestWith, pathToPeak } from './path-to-peak.ts'

/** Coins that stand in the tree at one time; those that the wallet watches are carried along with its root and do not count. */
export const IMPORTED_COINS_MAX = 10_000

/**
 * Coins that were brought into the tree with a proof from elsewhere. Each stands at a block, whose coin tree took in the leaf and
 * its path: blocks on top of it keep the path fresh like that of any other coin.
 */
export class ImportedCoins {
  readonly #store: ImportedCoinStore
  /** By block, hex. */
  readonly #at = new Map<string, CoinProof[]>()
  #count = 0

  constructor(store: ImportedCoinStore) {
    this.#store = store
  }

  get isFull(): boolean {
    return this.#count >= IMPORTED_COINS_MAX
  }

  /** Coins that stand at a block. */
  at(block: string): readonly Coin[] {
    return this.#at.get(block)?.map(({ coin }) => coin) ?? []
  }

  /** Reads the store into a tree that was read before. */
  load(tree: BlockTree): void {
    this.#at.clear()
    this.#count = 0
    for (const { block, proof } of this.#store.all()) {
      const node = tree.get(toHex(block))
      if (node !== undefined) this.#remember(decode(CoinProof, proof), node)
    }
  }

  /**
   * Takes a coin in at the oldest block that its proof belongs to; where it belongs to none, nothing happens.
   *
   * @param from the youngest that comes into question: the block that the proof was made in
   */
  add(given: CoinProof, from: BlockNode): void {
    const path = pathToPeak(given)
    const block = path && oldestWith(path, from)
    if (block === undefined) return
    this.#remember(given, block)
    this.#store.add({ block: block.id, proof: encode(CoinProof, given) })
  }

  /** Brings coins whose block left the main branch onto it, where their proofs belong to it as well. */
  follow(tree: BlockTree): void {
    const onMain = new Set<string>()
    const lost: CoinProof[] = []
    for (const [hex, proofs] of this.#at) {
      const node = tree.get(hex)
      if (node === undefined) continue
      if (!tree.isMain(node)) lost.push(...proofs)
      else for (const { coin } of proofs) onMain.add(toHex(coin.coinId))
    }
    for (const proof of lost) {
      const id = toHex(proof.coin.coinId)
      if (onMain.has(id)) continue
      onMain.add(id)
      this.#replace(proof, tree)
    }
  }

  /** Forgets what stands at blocks that left the tree. */
  forget(blocks: Iterable<BlockNode>): void {
    for (const { id, hex } of blocks) {
      const gone = this.#at.get(hex)
      if (gone === undefined) continue
      this.#at.delete(hex)
      this.#count -= gone.length
      this.#store.removeAt(id)
    }
  }

  #replace(given: CoinProof, tree: BlockTree): void {
    const from = tree.mainAt(Math.min(Number(given.proof.blockTime.toBigInt()), tree.tip!.number))
    if (from !== undefined) this.add(given, from)
  }

  #remember(given: CoinProof, node: BlockNode): void {
    const { coin, proof } = given
    node.mmr.remember(entryIndex(coin.mmrEntry)!, { ...proof, blockTime: node.mmr.blockTime }, coinLeaf(coin))
    const here = this.#at.get(node.hex)
    if (here === undefined) this.#at.set(node.hex, [given])
    else here.push(given)
    this.#count++
  }
}
