import { checkTransactionInBlock, compareBytes, factsOf, isTransaction, type TxPoW, txpowBurn } from '@minipolis/minima'
import type { ChainReplay } from './chain-replay.ts'
import { provedCoinIds } from './proved-coins.ts'
import { carriedIds } from './replay-block.ts'

/** A unit rejected more often than this is forgotten. */
const REJECTIONS_MAX = 3

/**
 * The units in a recorded node's memory that no block has taken. Each template the node made counts a rejection for those that
 * do not fit, and forgets those that never will. Source: spec 05 section 17.
 */
export class WaitingUnits {
  readonly #chain: ChainReplay
  readonly #rejections = new Map<string, number>()
  readonly #forgotten = new Set<string>()

  constructor(chain: ChainReplay) {
    this.#chain = chain
  }

  /** A unit that comes (again) is remembered. */
  arrive(id: string): void {
    if (this.#forgotten.delete(id)) this.#rejections.delete(id)
  }

  /** Units that carry a transaction and are remembered, confirmed or not. */
  #remembered(): readonly (readonly [string, TxPoW])[] {
    const { units, inCascade } = this.#chain
    return [...units].filter(([id, unit]) => isTransaction(unit) && !inCascade.has(id) && !this.#forgotten.has(id))
  }

  /** Those in no block of the main branch, in order of arrival. */
  #waiting(): readonly (readonly [string, TxPoW])[] {
    const taken = new Set(this.#chain.branch().flatMap(carriedIds))
    return this.#remembered().filter(([id]) => !taken.has(id))
  }

  /** Sorted. */
  ids(): readonly string[] {
    return this.#waiting()
      .map(([id]) => id)
      .sort()
  }

  /** Ids of the coins that remembered units spend. */
  coins(): ReadonlySet<string> {
    return new Set(this.#remembered().flatMap(([, unit]) => provedCoinIds(unit)))
  }

  /** The node made the template from which `own` was mined: the waiting units were tried, largest burn first. */
  template(own: TxPoW): void {
    const { magic } = own.header
    const most = magic.currentMaxTransactions.asInt()
    const used = new Set(provedCoinIds(own))
    const byBurn = this.#waiting().toSorted(([, a], [, b]) => txpowBurn(b).compare(txpowBurn(a)))
    let chosen = 0
    for (const [id, unit] of byBurn) {
      if (chosen >= most) break
      const coins = provedCoinIds(unit)
      const rejections = this.#rejections.get(id) ?? 0
      if (rejections > REJECTIONS_MAX) this.#forgotten.add(id)
      else if (coins.some((coin) => used.has(coin))) this.#rejections.set(id, rejections + 1)
      else if (!this.#canFit(unit, own)) this.#forgotten.add(id)
      else if (!checkTransactionInBlock(unit, own.header, this.#chain.tip.mmr).ok) {
        this.#rejections.set(id, rejections + 1)
      } else {
        chosen++
        for (const coin of coins) used.add(coin)
      }
    }
  }

  #canFit(unit: TxPoW, { header: { magic } }: TxPoW): boolean {
    const difficulty = unit.body?.transactionDifficulty
    return (
      BigInt(factsOf(unit).sizeForLimits) <= magic.currentMaxTxPoWSize.asLong() &&
      difficulty !== undefined &&
      compareBytes(difficulty, magic.currentMinTxPoWWork) <= 0
    )
  }
}
