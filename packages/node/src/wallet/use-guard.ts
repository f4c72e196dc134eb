import { TreeKey, toHex, WALLET_KEY_SHAPE } from '@minipolis/minima'
import { RESTORED_USES_SKIPPED, type Store, type StoredKey } from '../store/index.ts'
import { compareStamps, type UseMark } from './use-mark.ts'

/** Signatures that one wallet key can make: 64^3. */
export const KEY_USES_MAX = new TreeKey(new Uint8Array(32), WALLET_KEY_SHAPE).usesMax

/** A copied folder skips a use for each of so many milliseconds that it is old, and no more than so many uses. */
const SKIPPED_USE_MS = 60_000
const AGE_USES_MAX = 8_192

/** A mark that was only touched is mostly a container that sets its owner at each start: so often it skips uses all the same. */
const TOUCHES_MAX = 64

/** The setting that holds what was seen of the mark last. */
const SEEN = 'key-uses'

interface Seen {
  readonly stamp: string | null
  /** When it was seen, milliseconds since 1970. */
  readonly timeMs: number
  /** First use of keys that are made from now on: such a key may have been made before, by what this is a copy of. */
  readonly firstUse: number
  readonly touches: number
}

/**
 * Sees to it that no one-time key signs twice, also after an older copy of the database, or of the whole folder, was put back: the
 * counters of the database are held against the mark beside it, and where these two were not written together, uses are skipped.
 */
export class UseGuard {
  readonly #store: Store
  readonly #mark: UseMark
  readonly #now: () => number
  #seen: Seen | undefined

  /** Settles the counters; afterwards they may be read. @throws NodeError of the store */
  constructor(store: Store, mark: UseMark, now: () => number) {
    this.#store = store
    this.#mark = mark
    this.#now = now
    const kept = store.settings.get(SEEN)
    this.#seen = kept === undefined ? undefined : (JSON.parse(kept) as Seen)
    this.#settle()
  }

  /** Number of the first one-time key that a newly made key may use. */
  firstUse(publicKey: Uint8Array): number {
    return Math.max(this.#seen?.firstUse ?? 0, this.#mark.uses(toHex(publicKey)))
  }

  /** Raises the counter of a key, durably in both places. @throws NodeError of the store */
  raise({ number, publicKey, uses }: StoredKey): void {
    const stamp = this.#mark.note(toHex(publicKey), uses)
    this.#store.transact(() => {
      this.#store.wallet.raiseUses(number, uses)
      this.#keep({ stamp: stamp ?? null, firstUse: this.#seen?.firstUse ?? 0, touches: this.#seen?.touches ?? 0 })
    })
  }

  #settle(): void {
    const stamp = this.#mark.stamp()
    const seen = this.#seen
    // A database from before there were marks begins with the counters that it has.
    if (seen === undefined && stamp === undefined) return
    const verdict = this.#mark.isDamaged ? 'copied' : compareStamps(seen?.stamp ?? undefined, stamp)
    if (verdict === 'same') return
    const touches = (seen?.touches ?? 0) + (verdict === 'touched' ? 1 : 0)
    const skipped = verdict === 'copied' ? RESTORED_USES_SKIPPED + this.#usesOfAge() : touchedUses(touches)
    const { wallet } = this.#store
    this.#store.transact(() => {
      for (const { number, publicKey, uses } of wallet.keys()) {
        const known = Math.max(uses, this.#mark.uses(toHex(publicKey)))
        wallet.skipUses(number, Math.min(KEY_USES_MAX, known + skipped))
      }
      this.#keep({ stamp: stamp ?? null, firstUse: (seen?.firstUse ?? 0) + skipped, touches })
    })
  }

  /** What may have been signed since the copy was made. */
  #usesOfAge(): number {
    if (this.#seen === undefined) return 0
    const ageMs = Math.max(0, this.#now() - this.#seen.timeMs)
    return Math.min(AGE_USES_MAX, Math.ceil(ageMs / SKIPPED_USE_MS))
  }

  #keep(seen: Omit<Seen, 'timeMs'>): void {
    const kept = { ...seen, timeMs: this.#now() }
    this.#store.settings.set(SEEN, JSON.stringify(kept))
    this.#seen = kept
  }
}

const touchedUses = (touches: number): number => (touches <= TOUCHES_MAX ? RESTORED_USES_SKIPPED : 0)
