import { type Coin, toHex } from '@minipolis/minima'

/** What coins are asked by; every given part must fit. Hex as the chain prints it. */
export interface CoinFilter {
  readonly coinId?: string
  readonly address?: string
  readonly tokenId?: string
}

/** The unspent coins known at the tip, by id and by address. */
export class CoinIndex {
  readonly #coins = new Map<string, Coin>()
  readonly #idsByAddress = new Map<string, Set<string>>()

  get size(): number {
    return this.#coins.size
  }

  add(coin: Coin): void {
    const id = toHex(coin.coinId)
    const address = toHex(coin.address)
    this.#coins.set(id, coin)
    const ids = this.#idsByAddress.get(address)
    if (ids === undefined) this.#idsByAddress.set(address, new Set([id]))
    else ids.add(id)
  }

  remove(coinId: string): void {
    const coin = this.#coins.get(coinId)
    if (coin === undefined) return
    this.#coins.delete(coinId)
    const address = toHex(coin.address)
    const ids = this.#idsByAddress.get(address)
    ids?.delete(coinId)
    if (ids?.size === 0) this.#idsByAddress.delete(address)
  }

  get(coinId: string): Coin | undefined {
    return this.#coins.get(coinId)
  }

  /** Coins that fit, in no defined order. A filter without coin id and address walks over all coins. */
  find({ coinId, address, tokenId }: CoinFilter): Coin[] {
    const found: Coin[] = []
    for (const coin of this.#candidates(coinId, address)) {
      if (address !== undefined && toHex(coin.address) !== address) continue
      if (tokenId !== undefined && toHex(coin.tokenId) !== tokenId) continue
      found.push(coin)
    }
    return found
  }

  all(): Iterable<Coin> {
    return this.#coins.values()
  }

  clear(): void {
    this.#coins.clear()
    this.#idsByAddress.clear()
  }

  *#candidates(coinId: string | undefined, address: string | undefined): Generator<Coin> {
    if (coinId !== undefined) {
      const coin = this.#coins.get(coinId)
      if (coin !== undefined) yield coin
    } else if (address !== undefined) {
      for (const id of this.#idsByAddress.get(address) ?? []) yield this.#coins.get(id)!
    } else {
      yield* this.#coins.values()
    }
  }
}
