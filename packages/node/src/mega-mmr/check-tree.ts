import {
  type Coin,
  coinLeaf,
  decode,
  entryIndex,
  keyPosition,
  MMRData,
  mmrDataEqual,
  NumberError,
  parentNode,
} from '@minipolis/minima'
import { MegaMMRError } from './mega-mmr-error.ts'
import type { MegaMMRStore } from './mega-mmr-store.ts'

const PAGE_ROWS = 500
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Checks coins and tree that came from elsewhere: each node is what its children make it, each coin is a leaf of the tree. Whether
 * the root is that of the chain is for the caller to see.
 *
 * @throws MegaMMRError `file-false`
 */
export async function checkTree(mega: MegaMMRStore): Promise<void> {
  for (
    let rows = mega.nodePage(0, PAGE_ROWS);
    rows.length > 0;
    rows = mega.nodePage(rows.at(-1)!.position, PAGE_ROWS)
  ) {
    for (const { position, node } of rows) checkNode(mega, position, decode(MMRData, node))
    await nextTurn()
  }
  for (let page = mega.coins.page(-1, PAGE_ROWS); page.length > 0; ) {
    for (const coin of page) checkCoin(mega, coin)
    page = mega.coins.page(entryIndex(page.at(-1)!.mmrEntry)!, PAGE_ROWS)
    await nextTurn()
  }
}

function checkNode(mega: MegaMMRStore, position: number, node: MMRData): void {
  const { row, entry } = keyPosition(position)
  const isPeak = entry % 2 === 0 && (entry + 2) * 2 ** row > mega.entryNumber
  if (!isPeak && mega.get(row + 1, Math.floor(entry / 2)) === undefined) throw falseTree(row, entry, 'hangs on nothing')
  if (row === 0) return
  const left = mega.get(row - 1, 2 * entry)
  const right = mega.get(row - 1, 2 * entry + 1)
  // Where both are gone, nothing below can be spent; a coin that says otherwise is found to have no leaf.
  if (left === undefined && right === undefined) return
  if (left === undefined || right === undefined) throw falseTree(row, entry, 'has one child only')
  if (!mmrDataEqual(sumOf(left, right, row, entry), node))
    throw falseTree(row, entry, 'does not follow from its children')
}

function sumOf(left: MMRData, right: MMRData, row: number, entry: number): MMRData {
  try {
    return parentNode(left, right)
  } catch (error) {
    if (error instanceof NumberError) throw falseTree(row, entry, 'has too large a sum')
    throw error
  }
}

function checkCoin(mega: MegaMMRStore, coin: Coin): void {
  const entry = entryIndex(coin.mmrEntry)!
  const leaf = mega.get(0, entry)
  if (coin.spent === 0 && leaf !== undefined && mmrDataEqual(leaf, coinLeaf(coin))) return
  throw new MegaMMRError('file-false', `the coin of entry ${entry} is not in the tree`, { entry })
}

const falseTree = (row: number, entry: number, what: string): MegaMMRError =>
  new MegaMMRError('file-false', `node ${row}:${entry} ${what}`, { row, entry })
