import { bytesEqual, type Coin, entryIndex, fromHex, TOKEN_MINIMA, toHex } from '@minipolis/minima'
import type { MegaMMRStore } from '../mega-mmr/index.ts'
import type { Chain } from './chain.ts'
import type { CoinFilter } from './coin-index.ts'

/** Milliseconds of work on end; then others get a turn. */
const TURN_MS = 20
const PAGE_COINS = 500

export interface OlderCoinsOptions {
  readonly filter: CoinFilter
  /** Beside the filter. */
  readonly fits: (coin: Coin) => boolean
  /** Coins given at most. */
  readonly most: number
}

/**
 * Unspent coins that are older than the tree, of a chain all of whose coins are kept, by age; none of another chain. Those that
 * the tree carries along are left out: they are among the coins of the tree. A filter without coin id, address and token walks
 * over all coins, with turns for others in between.
 */
export async function olderCoins(chain: Chain, { filter, fits, most }: OlderCoinsOptions): Promise<Coin[]> {
  const { megaMMR } = chain
  if (megaMMR === undefined) return []
  const found: Coin[] = []
  let spent = spentInTree(chain)
  let { tip } = chain
  let untilMs = performance.now() + TURN_MS
  for (const page of pagesOf(megaMMR, filter)) {
    for (const coin of page) {
      const isWanted = isLike(coin, filter) && fits(coin) && chain.coins.get(toHex(coin.coinId)) === undefined
      if (!isWanted || spent.has(entryIndex(coin.mmrEntry)!)) continue
      if (found.push(coin) === most) return found
    }
    if (performance.now() < untilMs) continue
    await new Promise((resolve) => setImmediate(resolve))
    untilMs = performance.now() + TURN_MS
    if (tip === chain.tip) continue
    tip = chain.tip
    spent = spentInTree(chain)
  }
  return found
}

function* pagesOf({ coins }: MegaMMRStore, { coinId, address, tokenId }: CoinFilter): Generator<readonly Coin[]> {
  const name = coinId ?? address ?? (tokenId === toHex(TOKEN_MINIMA) ? undefined : tokenId)
  const bytes = name === undefined ? undefined : fromHex(name)
  for (let above = -1; ; ) {
    const page = bytes === undefined ? coins.page(above, PAGE_COINS) : coins.naming(bytes, above, PAGE_COINS)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    above = entryIndex(last.mmrEntry)!
  }
}

const isLike = (coin: Coin, { coinId, address, tokenId }: CoinFilter): boolean =>
  (coinId === undefined || bytesEqual(coin.coinId, fromHex(coinId))) &&
  (address === undefined || bytesEqual(coin.address, fromHex(address))) &&
  (tokenId === undefined || bytesEqual(coin.tokenId, fromHex(tokenId)))

/** Entry numbers of coins that blocks of the tree spent. */
function spentInTree({ tree }: Chain): Set<number> {
  const spent = new Set<number>()
  for (const block of tree.mainFrom(0)) for (const { mmrEntry } of block.spent) spent.add(entryIndex(mmrEntry)!)
  return spent
}
