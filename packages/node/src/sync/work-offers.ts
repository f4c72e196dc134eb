import { factsOf, isTransaction, type TxPoW } from '@minipolis/minima'

export interface WorkOffersParts {
  /** Milliseconds from one block to the next. */
  readonly blockTimeMs: number
  /** A candidate on the tip. */
  readonly template: () => TxPoW
  readonly send: (template: TxPoW) => void
  readonly failed: (error: unknown) => void
}

/** What stands where miners put the hash of the body: each of them makes a body of its own. */
const NO_BODY_HASH = Uint8Array.of(0x00)

/**
 * Half a block time after a block that this node made for the chain's sake, nodes that make no blocks of their own are offered the
 * next one to work on. Source: spec 06 sections 2 and 5.5
 */
export class WorkOffers {
  readonly #parts: WorkOffersParts
  #timer: NodeJS.Timeout | undefined

  constructor(parts: WorkOffersParts) {
    this.#parts = parts
  }

  /** This node made a unit. */
  made(txpow: TxPoW): void {
    if (isTransaction(txpow) || !factsOf(txpow).isBlock) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#offer(), this.#parts.blockTimeMs / 2)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #offer(): void {
    try {
      const { header, body } = this.#parts.template()
      this.#parts.send({ header: { ...header, bodyHash: NO_BODY_HASH }, body })
    } catch (error) {
      this.#parts.failed(error)
    }
  }
}
