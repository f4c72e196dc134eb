import type { TxPoW } from '@minipolis/minima'
import { NodeError } from '../errors/index.ts'
import type { WorkThread } from '../threads/index.ts'
import { NONCE_OFFSET, nonceOf, searchedHeader } from './nonce.ts'
import type { SignedTransaction } from './template.ts'

/** Transactions that may wait for the miner. */
export const MINER_QUEUE_MAX = 1000

export interface MinerParts {
  readonly thread: WorkThread
  /** A candidate on the tip of the moment. */
  readonly template: (own: SignedTransaction | undefined) => TxPoW
  /** Told when work on a unit begins and ends; an end that found nothing gives the unit as it began. */
  readonly watched?: (txpow: TxPoW, isBeginning: boolean) => void
}

/**
 * Finds nonces, off the main thread. Transactions wait for each other, and each is built on the tip when its turn comes, so
 * that one node does not fork its own chain.
 */
export class Miner {
  readonly #parts: MinerParts
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: MinerParts) {
    this.#parts = parts
  }

  /** Does the work that the transaction declares. @throws NodeError `queue-full`, `not-running` */
  async mineTransaction(own: SignedTransaction): Promise<TxPoW> {
    if (this.#waiting >= MINER_QUEUE_MAX) {
      throw new NodeError('queue-full', `${MINER_QUEUE_MAX} transactions wait for the miner; try again later`)
    }
    this.#waiting++
    const turn = this.#last.then(async () => {
      const txpow = this.#parts.template(own)
      return this.#search(txpow, txpow.body!.transactionDifficulty)
    })
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting--
    }
  }

  /** Works on an empty block until it is one. @throws the signal's reason when it aborts */
  async mineBlock(signal?: AbortSignal): Promise<TxPoW> {
    const txpow = this.#parts.template(undefined)
    return this.#search(txpow, txpow.header.blockDifficulty, signal)
  }

  /** Works on an empty block as long as on a transaction; mostly it is none then. That is what every node gives its network. */
  async mineShare(signal?: AbortSignal): Promise<TxPoW> {
    const txpow = this.#parts.template(undefined)
    return this.#search(txpow, txpow.body!.transactionDifficulty, signal)
  }

  async #search(txpow: TxPoW, target: Uint8Array, signal?: AbortSignal): Promise<TxPoW> {
    const header = searchedHeader(txpow.header)
    this.#parts.watched?.(txpow, true)
    let found = txpow
    try {
      const { counter } = await this.#parts.thread.run(
        { kind: 'mine', header, nonceOffset: NONCE_OFFSET, target },
        'in-turn',
        signal,
      )
      found = { ...txpow, header: { ...txpow.header, nonce: nonceOf(counter) } }
      return found
    } finally {
      this.#parts.watched?.(found, false)
    }
  }
}
