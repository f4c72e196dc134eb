import { decode, TxPoW, toHex, txpowId } from '@minipolis/minima'
import { BoundedMap } from './bounded-map.ts'
import type { ChainAccess, ChainSync, PreparedUnit } from './chain-access.ts'
import type { SessionAction } from './session-action.ts'
import { TokenBucket } from './token-bucket.ts'

/** Milliseconds between two looks through the newest blocks for what is missing. Source: spec 06 section 5.3 */
const SCAN_MS = 600_000
/** Ids remembered as asked for, per connection. */
const ASKED_MAX = 20_000
/** Announcements remembered while a chain is being taken. */
const UNFOLLOWED_MAX = 256
/** TxPoWs that nobody asked for. */
const UNASKED_RATE = { burst: 20, perSecond: 5 }

/** The units of one connection: what its peer announces, what it was asked for, and what becomes of the TxPoWs it sends. */
export class SessionUnits {
  readonly #chain: ChainAccess
  readonly #sync: Pick<ChainSync, 'isBusy'>
  readonly #unasked: TokenBucket
  readonly #asked = new BoundedMap<true>(ASKED_MAX)
  readonly #unfollowed = new BoundedMap<Uint8Array>(UNFOLLOWED_MAX)
  #scannedMs = Number.NEGATIVE_INFINITY

  constructor(chain: ChainAccess, sync: Pick<ChainSync, 'isBusy'>, nowMs: number) {
    this.#chain = chain
    this.#sync = sync
    this.#unasked = new TokenBucket(UNASKED_RATE, nowMs)
  }

  /** Whether there is a chain to compare with, and none being taken. */
  get canFollow(): boolean {
    return !this.#sync.isBusy && this.#chain.tip() !== undefined
  }

  /** Notes that these units are asked for on this connection. */
  asks(ids: readonly Uint8Array[]): void {
    for (const id of ids) this.#asked.set(toHex(id), true)
  }

  /** What is announced while a chain is being taken is looked at afterwards: it may be newer than that chain. */
  announced(id: Uint8Array): SessionAction[] {
    if (this.canFollow) return this.#chain.isKnown(toHex(id)) ? [] : [{ do: 'want', ids: [id] }]
    this.#unfollowed.set(toHex(id), id)
    return []
  }

  /** Looks at what was announced while a chain was being taken. */
  followUnfollowed(): SessionAction[] {
    if (this.#unfollowed.size === 0 || !this.canFollow) return []
    const ids = [...this.#unfollowed.entries()].flatMap(([hex, id]) => (this.#chain.isKnown(hex) ? [] : [id]))
    this.#unfollowed.clear()
    return ids.length === 0 ? [] : [{ do: 'want', ids }]
  }

  /** Nothing is done in advance for what comes unasked and too often: it is refused unseen. */
  prepare(payload: Uint8Array, nowMs: number): Promise<PreparedUnit | undefined> | undefined {
    return this.#unasked.waitMs(nowMs) > 0 && this.#asked.size === 0 ? undefined : this.#chain.prepare(payload)
  }

  /** A TxPoW came. @throws CodecError */
  came(payload: Uint8Array, nowMs: number, prepared: PreparedUnit | undefined): SessionAction[] {
    const txpow = prepared?.txpow ?? decode(TxPoW, payload)
    const id = txpowId(txpow)
    const hex = toHex(id)
    const wasAsked = this.#asked.delete(hex)
    if (!wasAsked && !this.#unasked.tryTake(nowMs)) {
      return [{ do: 'blame', fault: 'flood', detail: 'more TxPoWs than were asked for' }]
    }
    const reception = this.#chain.receive(txpow, { prepared })
    switch (reception.kind) {
      case 'known':
        return [{ do: 'have', id: hex }]
      case 'other-body':
        return [{ do: 'other-body', id, payload }]
      case 'dropped':
        // Nodes of the reference announce such units, and give them to whoever asks.
        return reception.code === 'no-work' && !wasAsked
          ? [{ do: 'blame', fault: 'no-work', detail: reception.detail }]
          : [{ do: 'have', id: hex }]
      case 'refused':
        return [{ do: 'blame', fault: 'refused-txpow', detail: `${reception.code}: ${reception.detail}` }]
      case 'taken':
        return [
          { do: 'have', id: hex },
          ...(reception.announce ? [{ do: 'announce', id } as const] : []),
          ...(reception.missing.length > 0 ? [{ do: 'want', ids: reception.missing } as const] : []),
          ...(reception.added.length > 0 ? [{ do: 'blocks', ids: reception.added } as const] : []),
          ...(reception.added.length > 0 ? this.#scan(nowMs) : []),
        ]
    }
  }

  /** What a chain download left out: transactions come with blocks that arrive one by one, and not with those of a download. */
  #scan(nowMs: number): SessionAction[] {
    if (nowMs - this.#scannedMs < SCAN_MS) return []
    this.#scannedMs = nowMs
    const ids = this.#chain.missingOfBranch()
    return ids.length === 0 ? [] : [{ do: 'want', ids }]
  }
}
