import { toHex } from '@minipolis/minima'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

/** Commands that may wait. */
export const POLLS_MAX = 1000
/** Time between two tries. Milliseconds. */
export const POLL_INTERVAL_MS = 30_000
const UID_BYTES = 16

export interface Poll {
  readonly uid: string
  /** The command as it is shown, without secrets. */
  readonly shown: string
  /** Tries once; false asks for another try. */
  readonly attempt: () => Promise<boolean>
}

/** Payments that are tried again until they succeed. Kept in memory only. */
export class SendPoll {
  readonly #polls = new Map<string, Poll>()
  #timer: NodeJS.Timeout | undefined
  #trying = false

  list(): Poll[] {
    return [...this.#polls.values()]
  }

  /** @throws RpcError `too-much` */
  add(node: Pick<RpcNode, 'random' | 'failed'>, poll: Omit<Poll, 'uid'>): Poll {
    if (this.#polls.size >= POLLS_MAX) throw new RpcError('too-much', `${POLLS_MAX} payments wait already`)
    const entry = { ...poll, uid: toHex(node.random(UID_BYTES)) }
    this.#polls.set(entry.uid, entry)
    this.#timer ??= setInterval(() => void this.attemptAll((error) => node.failed(error)), POLL_INTERVAL_MS).unref()
    return entry
  }

  remove(uid: string): boolean {
    return this.#polls.delete(uid)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#polls.clear()
  }

  /** Tries every waiting payment once. */
  async attemptAll(failed: (error: unknown) => void): Promise<void> {
    if (this.#trying) return
    this.#trying = true
    try {
      for (const { uid, attempt } of this.list()) {
        // It may have been removed while another one was tried.
        if (this.#polls.has(uid) && (await isDone(attempt, failed))) this.#polls.delete(uid)
      }
    } finally {
      this.#trying = false
    }
    if (this.#polls.size === 0) this.stop()
  }
}

async function isDone(attempt: () => Promise<boolean>, failed: (error: unknown) => void): Promise<boolean> {
  try {
    return await attempt()
  } catch (error) {
    failed(error)
    return false
  }
}
