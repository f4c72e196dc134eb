import { bytesEqual, decode, Signature, toHex, walletPrivateSeed } from '@minipolis/minima'
import { WalletError } from '../errors/index.ts'
import type { Store, StoredKey } from '../store/index.ts'
import type { Urgency, WorkThread } from '../threads/index.ts'
import type { ScriptBook } from './script-book.ts'
import { KEY_USES_MAX, UseGuard } from './use-guard.ts'
import { UseMark } from './use-mark.ts'

export interface KeyRingParts {
  readonly store: Store
  readonly thread: WorkThread
  readonly scripts: ScriptBook
  /** Wallet seed, 32 bytes; undefined while it is locked. */
  readonly seed: Uint8Array | undefined
  /** How many default keys the wallet has; other keys get the numbers above. */
  readonly defaultKeys: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * The keys of the seed. Keys are made and signatures are computed in the work thread; what is written here first, before a
 * signature leaves, is the use counter.
 */
export class KeyRing {
  readonly #parts: KeyRingParts
  /** By public key, hex. */
  readonly #keys = new Map<string, StoredKey>()
  readonly #byNumber = new Map<number, StoredKey>()
  readonly #byPurpose = new Map<string, number>()
  readonly #making = new Map<number, Promise<StoredKey>>()
  /** Highest key number given out. */
  #highest = -1
  readonly #purposes = new Map<string, Promise<StoredKey>>()
  readonly #guard: UseGuard
  #seed: Uint8Array | undefined

  constructor(parts: KeyRingParts) {
    this.#parts = parts
    this.#seed = parts.seed
    this.#guard = new UseGuard(parts.store, new UseMark(markOf(parts.store.database.file)), parts.now)
    for (const key of parts.store.wallet.keys()) this.#remember(key)
  }

  /** Takes the seed away, or gives it back. */
  setSeed(seed: Uint8Array | undefined): void {
    this.#seed = seed
  }

  /** All keys made so far, by number. */
  all(): StoredKey[] {
    return [...this.#keys.values()].sort((a, b) => a.number - b.number)
  }

  get(publicKey: string): StoredKey | undefined {
    return this.#keys.get(publicKey)
  }

  /** The default keys made so far. */
  defaults(): StoredKey[] {
    const made: StoredKey[] = []
    for (let number = 0; number < this.#parts.defaultKeys; number++) {
      const key = this.#byNumber.get(number)
      if (key !== undefined) made.push(key)
    }
    return made
  }

  /** Is the public key, hex, one of the default keys? */
  isDefault(publicKey: string): boolean {
    const number = this.#keys.get(publicKey)?.number
    return number !== undefined && number < this.#parts.defaultKeys
  }

  /** Do all default keys exist? */
  get isComplete(): boolean {
    return this.defaults().length === this.#parts.defaultKeys
  }

  /** A new key beside the default ones. @throws WalletError `locked` */
  async another(): Promise<StoredKey> {
    return this.#make(this.#nextNumber(), undefined, 'now')
  }

  /** Does the seed still give this key? Takes 0.12 s. @throws WalletError `locked` */
  async isIntact({ number, publicKey }: StoredKey): Promise<boolean> {
    const privateSeed = walletPrivateSeed(this.#requireSeed(), number)
    const made = await this.#parts.thread.run({ kind: 'make-key', privateSeed }, 'in-turn')
    return bytesEqual(made.publicKey, publicKey)
  }

  /** The default key with this number, made at once if it is not there. */
  async default(number: number): Promise<StoredKey> {
    return this.#make(number, undefined, 'now')
  }

  /** Makes the default keys that are missing, one after the other, whenever the thread has nothing better to do. */
  async makeDefaults(signal: AbortSignal): Promise<void> {
    for (let number = 0; number < this.#parts.defaultKeys; number++) {
      if (signal.aborted || this.#seed === undefined) return
      await this.#make(number, undefined, 'no-hurry')
    }
  }

  /** The key of a purpose: made on first use, the same ever after. */
  async forPurpose(purpose: string): Promise<StoredKey> {
    const made = this.#byPurpose.get(purpose)
    if (made !== undefined) return this.#byNumber.get(made)!
    let making = this.#purposes.get(purpose)
    if (making === undefined) {
      making = this.#make(this.#nextNumber(), purpose, 'now').finally(() => this.#purposes.delete(purpose))
      this.#purposes.set(purpose, making)
    }
    return making
  }

  /**
   * Signs 32 bytes. The counter on disk is raised before the thread is asked, so a signature lost to a crash costs a one-time
   * key and never uses one twice.
   *
   * @throws WalletError `unknown-key`, `key-exhausted`; NodeError of the store and the thread
   */
  async sign(publicKey: string, message: Uint8Array): Promise<Signature> {
    const { store, thread } = this.#parts
    const { number } = this.#known(publicKey)
    const seed = this.#requireSeed()
    const use = this.#takeUse(publicKey)
    const nodes = store.wallet.nodes(number)
    const privateSeed = walletPrivateSeed(seed, number)
    const request = { kind: 'sign', privateSeed, key: number, use, message, nodes } as const
    const { signature, made } = await thread.run(request, 'now')
    // Many keys sign once: their nodes are not worth the room.
    if (use > 0 || number < this.#parts.defaultKeys) {
      store.transact(() => {
        for (const node of made) store.wallet.setNode(number, node)
      })
    }
    return decode(Signature, signature)
  }

  #takeUse(publicKey: string): number {
    const key = this.#known(publicKey)
    if (key.uses >= KEY_USES_MAX) {
      throw new WalletError(
        'key-exhausted',
        `key ${publicKey} has made all its ${KEY_USES_MAX} signatures; use another key`,
        { publicKey },
      )
    }
    const next = { ...key, uses: key.uses + 1 }
    this.#guard.raise(next)
    this.#remember(next)
    return key.uses
  }

  #requireSeed(): Uint8Array {
    if (this.#seed !== undefined) return this.#seed
    throw new WalletError('locked', 'KeysDB LOCKED. No Private Keys.. give the password of the wallet')
  }

  #known(publicKey: string): StoredKey {
    const key = this.#keys.get(publicKey)
    if (key === undefined)
      throw new WalletError('unknown-key', `${publicKey} is not a key of this wallet`, { publicKey })
    return key
  }

  #nextNumber(): number {
    this.#highest = Math.max(this.#highest, this.#parts.defaultKeys - 1) + 1
    return this.#highest
  }

  async #make(number: number, purpose: string | undefined, urgency: Urgency): Promise<StoredKey> {
    const known = this.#byNumber.get(number)
    if (known !== undefined) return known
    const underWay = this.#making.get(number)
    if (underWay !== undefined && urgency !== 'now') return underWay
    const making = this.#makeAnew(number, purpose, urgency)
    this.#making.set(number, making)
    try {
      return await making
    } finally {
      if (this.#making.get(number) === making) this.#making.delete(number)
    }
  }

  async #makeAnew(number: number, purpose: string | undefined, urgency: Urgency): Promise<StoredKey> {
    const { store, thread, scripts } = this.#parts
    const seed = this.#requireSeed()
    const { publicKey, root } = await thread.run(
      { kind: 'make-key', privateSeed: walletPrivateSeed(seed, number) },
      urgency,
    )
    // Asked for twice, once in the background and once in a hurry: the first to finish made it.
    const known = this.#byNumber.get(number)
    if (known !== undefined) return known
    const key: StoredKey = { number, publicKey, uses: this.#guard.firstUse(publicKey), purpose }
    // The script first: a watched address without its key does no harm, a key without its address would hide coins.
    scripts.addKey(publicKey)
    store.transact(() => {
      store.wallet.addKey(key)
      store.wallet.setNode(number, root)
    })
    this.#remember(key)
    return key
  }

  #remember(key: StoredKey): void {
    this.#keys.set(toHex(key.publicKey), key)
    this.#byNumber.set(key.number, key)
    if (key.purpose !== undefined) this.#byPurpose.set(key.purpose, key.number)
    this.#highest = Math.max(this.#highest, key.number)
  }
}

/** Where the mark of a database is; none of one in memory. */
const markOf = (file: string): string | undefined => (file === ':memory:' ? undefined : `${file}.uses`)
