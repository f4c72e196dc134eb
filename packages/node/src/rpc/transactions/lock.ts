import { setTimeout as delay } from 'node:timers/promises'

/** Looks again this often. Milliseconds. */
const RETRY_MS = 50
/** Longest wait for the lock. Milliseconds. */
export const LOCK_WAIT_MAX_MS = 120_000

/** A lock that scripts of one owner agree to take while they build a transaction, and the list of coins they have chosen. */
export class TransactionLock {
  #locked = false
  /** Ids of coins chosen while the coin lock is on; undefined while it is off. */
  #coins: Set<string> | undefined

  get isLocked(): boolean {
    return this.#locked
  }

  /** @returns whether the lock was free within the time */
  async lock(waitMs: number): Promise<boolean> {
    for (let waited = 0; this.#locked; waited += RETRY_MS) {
      if (waited >= Math.min(waitMs, LOCK_WAIT_MAX_MS)) return false
      await delay(RETRY_MS)
    }
    this.#locked = true
    return true
  }

  unlock(): void {
    this.#locked = false
  }

  get locksCoins(): boolean {
    return this.#coins !== undefined
  }

  setCoinLock(on: boolean): void {
    this.#coins = on ? (this.#coins ?? new Set()) : undefined
  }

  hasCoin(coinId: string): boolean {
    return this.#coins?.has(coinId) ?? false
  }

  addCoin(coinId: string): void {
    this.#coins?.add(coinId)
  }
}
