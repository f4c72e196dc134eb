import { type Coin, type MiniNumber, toHex } from '@minipolis/minima'

/**
 * Coins by falling amount, those of one address together, addresses in order of first appearance.
 * Source: minima-global/Minima: src/org/minima/system/commands/send/send.java
 */
export function orderedForPaying(coins: readonly Coin[]): Coin[] {
  const falling = coins.toSorted((a, b) => b.amount.compare(a.amount))
  return [...Map.groupBy(falling, (coin) => toHex(coin.address)).values()].flat()
}

/**
 * The last coin of the list that suffices alone, looking no further than the first that does not: the list falls only
 * within one address, and that is what the reference does.
 */
export function smallestSufficient(ordered: readonly Coin[], amount: MiniNumber): Coin | undefined {
  const end = ordered.findIndex((coin) => coin.amount.lessThan(amount))
  return end < 0 ? ordered.at(-1) : ordered[end - 1]
}

/** Coins to pay `amount` with: one that suffices, else as many as it takes; all of them when they do not reach. */
export function coinsToPay(free: readonly Coin[], amount: MiniNumber): Coin[] {
  const ordered = orderedForPaying(free)
  const single = smallestSufficient(ordered, amount)
  return single === undefined ? takeUntil(ordered, amount) : [single]
}

/** The first coins that together reach the amount. */
export function takeUntil(coins: readonly Coin[], amount: MiniNumber): Coin[] {
  const taken: Coin[] = []
  let left = amount
  for (const coin of coins) {
    taken.push(coin)
    left = left.sub(coin.amount)
    if (left.isNegative() || left.isZero()) break
  }
  return taken
}
