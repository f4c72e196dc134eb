import { type Coin, toHex } from '@minipolis/minima'
import type { BlockRef, Ledger } from '../ledger/ledger.ts'
import { ANCHOR_AMOUNT, anchorKeyPurpose, anchorScript, foundingScript } from './anchor-contract.ts'
import type { AnchorFounding, AnchorStore } from './anchor-store.ts'

/** Whether a coin is so deep that the wallet counts it as confirmed. */
export async function isDeep(ledger: Ledger, coin: Coin, tip: BlockRef): Promise<boolean> {
  const { confirmDepth } = await ledger.network()
  return tip.number - coin.created.toBigInt() >= BigInt(confirmDepth)
}

/** Sees to the coin that a log's chain of anchors starts from. */
export class Founder {
  readonly #ledger: Ledger
  readonly #store: AnchorStore
  readonly #origin: string
  /** Blocks without success after which a step is done again. */
  readonly #patience: bigint
  #askedAt: bigint | undefined
  #missingSince: bigint | undefined

  constructor(ledger: Ledger, store: AnchorStore, origin: string, patienceBlocks: number) {
    this.#ledger = ledger
    this.#store = store
    this.#origin = origin
    this.#patience = BigInt(patienceBlocks)
  }

  /** The founding, made if there is none; `undefined` while its coin is on the way. More than one coin does no harm. */
  async found(tip: BlockRef): Promise<AnchorFounding | undefined> {
    const known = await this.#store.founding()
    if (known) return known
    const publicKey = await this.#ledger.keyFor(anchorKeyPurpose(this.#origin, 0))
    const address = await this.#ledger.track(foundingScript(publicKey))
    const coins = (await this.#ledger.coins({ address })).filter((coin) => coin.spent === 0)
    const oldest = coins.sort((a, b) => a.created.compare(b.created))[0]
    if (oldest) return (await isDeep(this.#ledger, oldest, tip)) ? this.#keep(oldest, publicKey) : undefined
    if (this.#askedAt === undefined || tip.number - this.#askedAt >= this.#patience) {
      await this.#ledger.submit({ outputs: [{ address, amount: ANCHOR_AMOUNT }], fund: true })
      this.#askedAt = tip.number
    }
    return undefined
  }

  /** Nothing was ever anchored and the founding coin is gone: a re-organisation took it. After a while, start again. */
  async missing(tip: BlockRef): Promise<void> {
    this.#missingSince ??= tip.number
    if (tip.number - this.#missingSince < this.#patience) return
    this.#missingSince = undefined
    this.#askedAt = undefined
    await this.#store.putFounding(undefined)
  }

  async #keep(coin: Coin, publicKey: string): Promise<AnchorFounding> {
    const coinId = toHex(coin.coinId)
    const script = anchorScript(coinId)
    const founding: AnchorFounding = { coinId, publicKey, script, address: await this.#ledger.track(script) }
    await this.#store.putFounding(founding)
    return founding
  }
}
