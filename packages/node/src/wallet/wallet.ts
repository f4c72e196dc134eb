import {
  bytesEqual,
  type Coin,
  cleanSeedPhrase,
  createSeedPhrase,
  KeyError,
  type RandomBytes,
  type ScriptProof,
  type Signature,
  scriptAddress,
  seedOfPhrase,
  signedByAddress,
  singleScript,
  type Token,
  type Transaction,
  TreeKey,
  toHex,
  transactionId,
  WALLET_KEY_SHAPE,
  walletPrivateSeed,
} from '@minipolis/minima'
import type { Chain, CoinFilter } from '../chain/index.ts'
import { WalletError } from '../errors/index.ts'
import type { Mempool } from '../mempool/index.ts'
import { LOCKED_PHRASE, type Store } from '../store/index.ts'
import type { WorkThread } from '../threads/index.ts'
import { buildTransaction, type Funds } from './build-transaction.ts'
import type { TransactionDraft } from './draft.ts'
import { KeyRing } from './key-ring.ts'
import { lockPhrase, openPhrase } from './phrase-lock.ts'
import { ScriptBook } from './script-book.ts'

export interface WalletOptions {
  /** The seed phrase to start with. A wallet that has one keeps it, and refuses another. */
  readonly phrase?: string
  readonly defaultKeys: number
  /** Coins of a token that the wallet tries to have by cutting change. 1 leaves change in one piece. */
  readonly coinsWanted: number
}

export interface WalletParts {
  readonly store: Store
  readonly thread: WorkThread
  readonly random: RandomBytes
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Coins held for a transaction under way. */
export interface Hold {
  /** Frees the coins; later calls do nothing. */
  release(): void
}

export interface Reservation extends Hold {
  readonly transaction: Transaction
}

/** Seed, keys, scripts, and which coins are spoken for. */
export class Wallet {
  readonly scripts: ScriptBook
  readonly keys: KeyRing
  readonly #random: RandomBytes
  readonly #coinsWanted: number
  readonly #store: Store
  #phrase: string
  /** How many holds each coin is in, by id. */
  readonly #held = new Map<string, number>()
  /** Calls that have the locked seed open. */
  #openings = 0

  /** @throws WalletError `bad-phrase` */
  constructor({ phrase, defaultKeys, coinsWanted }: WalletOptions, { store, thread, random, now }: WalletParts) {
    this.#store = store
    this.#phrase = settlePhrase(phrase, store, random)
    this.scripts = new ScriptBook(store.wallet)
    this.keys = new KeyRing({ store, thread, scripts: this.scripts, seed: this.#seed(), defaultKeys, now })
    this.#random = random
    this.#coinsWanted = coinsWanted
  }

  /** The seed phrase; empty while it is locked. */
  get phrase(): string {
    return this.#phrase
  }

  /** Is the seed only kept encrypted, so that nothing can be signed? */
  get isLocked(): boolean {
    return this.#phrase === ''
  }

  /** Encrypts the seed on disk and forgets it; no page of the file holds it afterwards. */
  async lock(password: string): Promise<void> {
    const locked = await lockPhrase(this.#phrase, password, this.#random)
    this.#keepPhrase('', locked)
    if (this.#openings === 0) this.keys.setSeed(undefined)
  }

  /** Stores the seed in the clear again. @throws WalletError `not-locked`, `wrong-password` */
  async unlock(password: string): Promise<void> {
    this.#keepPhrase(await this.#openPhrase(password), undefined)
    this.keys.setSeed(this.#seed())
  }

  /**
   * Stores the seed in the clear again, for whoever knows the phrase and not the password.
   *
   * @throws WalletError `not-locked`, `bad-phrase` when it is the phrase of another wallet
   */
  reopen(phrase: string): void {
    if (!this.isLocked) throw new WalletError('not-locked', 'DB already unlocked!')
    const first = this.keys.defaults()[0]
    const { publicKey } = new TreeKey(walletPrivateSeed(seedOfPhrase(phrase), 0), WALLET_KEY_SHAPE)
    if (first === undefined || !bytesEqual(first.publicKey, publicKey))
      throw new WalletError('bad-phrase', 'the phrase is the phrase of another wallet')
    this.#keepPhrase(phrase, undefined)
    this.keys.setSeed(this.#seed())
  }

  /** Runs `work` with the seed open; on disk it stays locked. @throws WalletError `not-locked`, `wrong-password` */
  async unlockedFor<T>(password: string, work: () => Promise<T>): Promise<T> {
    const phrase = await this.#openPhrase(password)
    this.#openings++
    this.keys.setSeed(seedOfPhrase(phrase))
    try {
      return await work()
    } finally {
      this.#openings--
      if (this.#openings === 0 && this.isLocked) this.keys.setSeed(undefined)
    }
  }

  /** Where change goes: a default address, drawn at random. @throws WalletError `unknown-key` before the first key is made */
  changeAddress(): Uint8Array {
    return this.#anyAddress()
  }

  /** Keeps other transactions from choosing these coins. Several holds of one coin end with the last. */
  hold(coinIds: readonly string[]): Hold {
    for (const id of coinIds) this.#held.set(id, (this.#held.get(id) ?? 0) + 1)
    let held = true
    return {
      release: () => {
        if (held) for (const id of coinIds) this.#letGo(id)
        held = false
      },
    }
  }

  isHeld(coinId: string): boolean {
    return this.#held.has(coinId)
  }

  /** An address to receive at: one of the default ones that are made. */
  async address(): Promise<string> {
    if (this.keys.defaults().length === 0) await this.keys.default(0)
    return toHex(this.#anyAddress())
  }

  /** Chooses and holds the coins of a draft, in one go, so that no other draft chooses the same. @throws as `buildTransaction` */
  reserve(draft: TransactionDraft, chain: Chain, pool: Mempool): Reservation {
    const transaction = buildTransaction(draft, this.#funds(chain, pool))
    return { transaction, ...this.hold(transaction.inputs.map(({ coinId }) => toHex(coinId))) }
  }

  /** One script per input address. @throws WalletError `unknown-script` */
  scriptProofs({ inputs }: Transaction, { scripts = [] }: TransactionDraft): ScriptProof[] {
    const given = new Map(scripts.map((text) => [toHex(scriptAddress(text)), text]))
    return [...new Set(inputs.map(({ address }) => toHex(address)))].map((address) => {
      const text = given.get(address) ?? this.scripts.get(address)?.text
      if (text === undefined) {
        throw new WalletError(
          'unknown-script',
          `the script of address ${address} is not known; track it, or give it with the draft`,
          { address },
        )
      }
      return singleScript(text)
    })
  }

  /** Public keys that must sign: those of inputs at simple addresses of the wallet, and those the draft names. @throws WalletError `unknown-key` */
  signers({ inputs }: Transaction, { signers = [] }: TransactionDraft): string[] {
    const own = inputs.flatMap(({ address }) => this.scripts.get(toHex(address))?.publicKey ?? []).map(toHex)
    const all = [...new Set([...own, ...signers])]
    for (const publicKey of all) {
      if (this.keys.get(publicKey) === undefined) {
        throw new WalletError('unknown-key', `${publicKey} is not a key of this wallet`, { publicKey })
      }
    }
    return all
  }

  /** @throws WalletError `key-exhausted` */
  async sign(transaction: Transaction, publicKeys: readonly string[]): Promise<Signature[]> {
    const message = transactionId(transaction)
    return Promise.all(publicKeys.map((publicKey) => this.keys.sign(publicKey, message)))
  }

  #funds(chain: Chain, pool: Mempool): Funds {
    const isBusy = (coin: Coin): boolean => {
      const id = toHex(coin.coinId)
      return this.isHeld(id) || pool.spends(id)
    }
    const newest = (chain.tip?.number ?? 0) - chain.parameters.confirmDepthBlocks
    const owned = (tokenId: string): Coin[] => this.coins(chain, { tokenId })
    return {
      owned,
      spendable: (tokenId) => owned(tokenId).filter((coin) => coin.created.toBigInt() <= newest && !isBusy(coin)),
      input: (coinId) => {
        const coin = chain.coin(coinId)
        if (coin === undefined) throw new WalletError('unknown-coin', `no unspent coin ${coinId} is known`, { coinId })
        if (isBusy(coin)) throw new WalletError('coins-busy', `coin ${coinId} is in another transaction`, { coinId })
        return coin
      },
      token: (tokenId) => findToken(chain, tokenId),
      changeCoins: (tokenId) => Math.max(1, this.#coinsWanted - owned(tokenId).length),
      changeAddress: () => this.#anyAddress(),
    }
  }

  /**
   * The wallet's coins that one of its keys alone can spend. Those at a key set aside for a purpose are left to it: change for a
   * stranger's payment must not come out of the coin that founds an anchor.
   */
  coins(chain: Chain, filter: CoinFilter): Coin[] {
    return [...this.#simpleAddresses(filter)].flatMap((address) => chain.coins.find({ ...filter, address }))
  }

  *#simpleAddresses({ address }: CoinFilter): Generator<string> {
    for (const script of this.scripts.all()) {
      const own = toHex(script.address)
      if (script.publicKey === undefined || (address !== undefined && address !== own)) continue
      if (this.keys.get(toHex(script.publicKey))?.purpose === undefined) yield own
    }
  }

  #letGo(coinId: string): void {
    const holds = this.#held.get(coinId)! - 1
    if (holds === 0) this.#held.delete(coinId)
    else this.#held.set(coinId, holds)
  }

  #seed(): Uint8Array | undefined {
    return this.isLocked ? undefined : seedOfPhrase(this.#phrase)
  }

  async #openPhrase(password: string): Promise<string> {
    const locked = this.#store.settings.get(LOCKED_PHRASE)
    if (locked === undefined) throw new WalletError('not-locked', 'DB already unlocked!')
    return openPhrase(locked, password)
  }

  #keepPhrase(phrase: string, locked: string | undefined): void {
    this.#store.erase(() => {
      this.#store.wallet.setPhrase(phrase)
      this.#store.settings.set(LOCKED_PHRASE, locked)
    })
    this.#phrase = phrase
  }

  #anyAddress(): Uint8Array {
    const defaults = this.keys.defaults()
    const draw = this.#random(2)
    const key = defaults[((draw[0]! << 8) | draw[1]!) % Math.max(1, defaults.length)]
    if (key === undefined) throw new WalletError('unknown-key', 'the wallet has made no key yet; try again in a second')
    return signedByAddress(key.publicKey)
  }
}

function settlePhrase(given: string | undefined, store: Store, random: RandomBytes): string {
  const stored = store.wallet.phrase()
  const phrase = given === undefined ? undefined : cleanPhrase(given)
  if (stored !== undefined) {
    // A locked phrase cannot be compared.
    if (phrase === undefined || phrase === stored || stored === '') return stored
    throw new WalletError(
      'bad-phrase',
      'this data folder has another seed phrase; use a new folder for the phrase given',
    )
  }
  const first = phrase ?? createSeedPhrase(random)
  store.wallet.setPhrase(first)
  return first
}

function cleanPhrase(typed: string): string {
  try {
    return cleanSeedPhrase(typed)
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    throw new WalletError('bad-phrase', error.message, error.facts, { cause: error })
  }
}

function findToken(chain: Chain, tokenId: string): Token {
  for (const { token } of chain.coins.find({ tokenId })) if (token !== null) return token
  throw new WalletError('unknown-token', `no coin of token ${tokenId} is known`, { tokenId })
}
