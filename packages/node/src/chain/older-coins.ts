import { bytesEqual, type Coin, entryIndex, fromHex, TOKEN_MINIMA, toHex } from '@minipolis/minima'
import type { MegaMMRStore } from '../mega-mmr/index.ts'
import { Turns } from '../threads/index.ts'
import type { Chain } from './chain.ts'
import type { CoinFilter } from './coin-index.ts'

const PAGE_COINS = 500

export interface OlderCoinsOptions {
  readonly filter: CoinFilter
  /** Look only at coins that name one of these: ids, addresses, tokens, or 32 bytes of state. */
  readonly names?: readonly Uint8Array[]
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
export async function olderCoins(chain: Chain, { filter, names, fits, most }: OlderCoinsOptions): Promise<Coin[]> {
  const { megaMMR } = chain
  if (megaMMR === undefined) return []
  const found = new Map<number, Coin>()
  let spent = spentInTree(chain)
  let { tip } = chain
  const turns = new Turns()
  for (const page of pagesOf(megaMMR, names ?? namesIn(filter))) {
    for (const coin of page) {
      const isWanted = isLike(coin, filter) && fits(coin) && chain.coins.get(toHex(coin.coinId)) === undefined
      const entry = entryIndex(coin.mmrEntry)!
      if (!isWanted || spent.has(entry)) continue
      if (found.set(entry, coin).size >= most) return [...found.values()]
    }
    if (!turns.isOver) continue
    await turns.next()
    if (tip === chain.tip) continue
    tip = chain.tip
    spent = spentInTree(chain)
  }
  return [...found.values()]
}

/** The name that narrows a filter most; undefined for none. */
function namesIn({ coinId, address, tokenId }: CoinFilter): Uint8Array[] | undefined {
  const name = coinId ?? address ?? (tokenId === toHex(TOKEN_MINIMA) ? undefined : tokenId)
  return name === undefined ? undefined : [fromHex(name)]
}

function* pagesOf({ coins }: MegaMMRStore, names: readonly Uint8Array[] | undefined): Generator<readonly Coin[]> {
  if (names === undefined) yield* pages((above) => coins.page(above, PAGE_COINS))
  else for (const name of names) yield* pages((above) => coins.naming(name, above, PAGE_COINS))
}

function* pages(read: (above: number) => readonly Coin[]): Generator<readonly Coin[]> {
  for (let page = read(-1); page.length > 0; page = read(entryIndex(page.at(-1)!.mmrEntry)!)) yield page
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
