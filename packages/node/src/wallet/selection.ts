import { type Coin, MiniNumber, toHex } from '@minipolis/minima'

/**
 * Coins to pay `amount` with: the smallest one that suffices alone, else the largest ones, taken address by address so that
 * few keys have to sign. `undefined` when all together do not suffice. Source: spec 05 section 18.5
 *
 * @param amount raw Minima amount, for tokens the coloured Minima
 */
export function selectCoins(coins: readonly Coin[], amount: MiniNumber): Coin[] | undefined {
  const falling = [...coins].sort((a, b) => b.amount.compare(a.amount))
  const single = falling.findLast((coin) => coin.amount.moreThanOrEqual(amount))
  if (single !== undefined) return [single]

  const selected: Coin[] = []
  let sum = MiniNumber.ZERO
  for (const coin of groupByAddress(falling)) {
    selected.push(coin)
    sum = sum.add(coin.amount)
    if (sum.moreThanOrEqual(amount)) return selected
  }
  return undefined
}

/** The coins with those of one address together, addresses in order of first appearance. */
function groupByAddress(coins: readonly Coin[]): Coin[] {
  return [...Map.groupBy(coins, (coin) => toHex(coin.address)).values()].flat()
}
