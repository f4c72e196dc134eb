import { type CheckResult, createGenesis, decode, fromHex, type NetworkParameters, TxPoW } from '@minipolis/minima'
import { Chain, MainBranch, type Receipt } from '../chain/index.ts'
import { NodeError } from '../errors/index.ts'
import { MegaMMRStore } from '../mega-mmr/index.ts'
import { Mempool, poolArrival, poolFollow } from '../mempool/index.ts'
import { createTemplate, Miner, type SignedTransaction } from '../miner/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { WorkThread } from '../threads/index.ts'
import { Wallet } from '../wallet/index.ts'
import { checkArrival } from './check-arrival.ts'
import type { CustomNetwork, NodeParts } from './options.ts'

/** Units younger than this wait for a block again after a start. */
export const MEMPOOL_LIFE_MS = 60 * 60 * 1000

export interface CoreOptions {
  readonly parameters: NetworkParameters
  readonly custom?: CustomNetwork
  readonly file: string
  readonly hashRate: number
  readonly defaultKeys: number
  readonly coinsWanted: number
  readonly phrase?: string
  readonly storeBytesMax?: number
  readonly megaMMR?: boolean
}

export interface CoreParts extends NodeParts {
  /** Told of everything that entered the chain, after it is durable. */
  readonly received: (receipt: Receipt) => void
  /** Told of every unit that was not known before. */
  readonly arrived?: (txpow: TxPoW) => void
  /** Told when work on a unit begins and ends. */
  readonly mining?: (txpow: TxPoW, isBeginning: boolean) => void
  /** Told of every unit that this node made, after `received`. */
  readonly posted?: (txpow: TxPoW, receipt: Receipt) => void
}

/** Store, chain, mempool, wallet and miner of a running node, put together. */
export class NodeCore {
  readonly store: Store
  readonly thread = new WorkThread()
  readonly pool = new Mempool()
  readonly wallet: Wallet
  readonly chain: Chain
  readonly branch: MainBranch
  readonly miner: Miner
  /** All coins of the chain, of a node that keeps them. */
  readonly megaMMR: MegaMMRStore | undefined
  readonly #options: CoreOptions
  readonly #parts: CoreParts

  /** Opens the store and reads the chain. @throws NodeError, WalletError `bad-phrase` */
  constructor(options: CoreOptions, parts: CoreParts) {
    this.#options = options
    this.#parts = parts
    const { parameters, custom, file, storeBytesMax } = options
    this.store = openStore({
      file,
      network: custom?.name ?? parameters.name,
      ...(storeBytesMax === undefined ? {} : { sizeBytesMax: storeBytesMax }),
    })
    try {
      this.wallet = new Wallet(options, {
        store: this.store,
        thread: this.thread,
        random: parts.random,
        now: parts.now,
      })
      this.megaMMR = options.megaMMR ? new MegaMMRStore(this.store.database) : undefined
      this.chain = new Chain({
        store: this.store,
        parameters,
        interests: this.wallet.scripts,
        now: parts.now,
        recent: (id) => this.pool.get(id)?.txpow,
        ...(this.megaMMR && { megaMMR: this.megaMMR }),
      })
      this.branch = new MainBranch(this.store, () => this.chain.tree)
      this.miner = new Miner({
        thread: this.thread,
        template: (own) => this.template(own),
        ...(parts.mining && { watched: parts.mining }),
      })
      this.#refillPool()
    } catch (error) {
      this.store.close()
      throw error
    }
  }

  /** Makes block 1 and with it a chain of its own; the billion goes to the wallet's first key. */
  async begin(): Promise<void> {
    const address = fromHex(await this.wallet.address())
    const { now, random } = this.#parts
    this.follow(this.chain.begin(createGenesis({ address, time: now(), prng: random(32) })))
  }

  /** A candidate on the tip. @throws NodeError `no-chain` */
  template(own: SignedTransaction | undefined): TxPoW {
    const tip = this.chain.tip
    if (tip === undefined)
      throw new NodeError('no-chain', 'there is no block to build on; begin a chain or connect to a peer')
    return createTemplate({
      parameters: this.#options.parameters,
      tip,
      pool: this.pool,
      nowMs: this.#parts.now(),
      prng: this.#parts.random(32),
      hashRate: this.#options.hashRate,
      ...(own === undefined ? {} : { own }),
    })
  }

  /** Judges a unit, and stores it when it may be stored. @throws NodeError `no-chain` and those of the store */
  receive(txpow: TxPoW): CheckResult {
    return this.#accept(txpow).verdict
  }

  /** Stores a unit that this node made itself. @throws NodeError `transaction-invalid` when it is refused */
  post(txpow: TxPoW): void {
    const { verdict, receipt } = this.#accept(txpow)
    if (!verdict.ok) {
      const { detail, code } = verdict
      throw new NodeError('transaction-invalid', `the mined unit is refused: ${detail}`, { rule: code })
    }
    if (receipt !== undefined) this.#parts.posted?.(txpow, receipt)
  }

  /** Stores a unit that was judged, processes it, and tells the rest of the node. */
  take(txpow: TxPoW): Receipt {
    const receipt = this.chain.receive(txpow)
    if (receipt.isNew) {
      this.#parts.arrived?.(txpow)
      this.follow(receipt)
      poolArrival(this.pool, txpow, this.branch)
    }
    return receipt
  }

  /** Tells mempool and listeners what entered the chain. */
  follow(receipt: Receipt): void {
    if (receipt.change !== undefined) poolFollow(this.pool, receipt.change, this.chain)
    this.#parts.received(receipt)
  }

  /**
   * A second node on another database, with the same network and clock. Nobody is told of what it does but the progress of
   * downloads.
   */
  beside(file: string, changes: Pick<CoreOptions, 'phrase' | 'defaultKeys'>): NodeCore {
    const { phrase: _own, ...options } = this.#options
    const { now, random, progress } = this.#parts
    return new NodeCore(
      { ...options, ...changes, file },
      { now, random, received: () => undefined, ...(progress && { progress }) },
    )
  }

  /** Told how a chain download goes on. */
  get progress(): NodeParts['progress'] {
    return this.#parts.progress
  }

  /** Default keys of a new wallet. */
  get defaultKeys(): number {
    return this.#options.defaultKeys
  }

  /** Stops the thread, then closes the store. */
  async close(): Promise<void> {
    await this.thread.stop()
    this.store.close()
  }

  #accept(txpow: TxPoW): { readonly verdict: CheckResult; readonly receipt: Receipt | undefined } {
    const tip = this.chain.tip
    if (tip === undefined) throw new NodeError('no-chain', 'there is no chain yet that a TxPoW could belong to')
    const verdict = checkArrival(txpow, tip)
    if (!verdict.ok) return { verdict, receipt: undefined }
    const receipt = this.take(txpow)
    return { verdict: receipt.refused ?? verdict, receipt }
  }

  #refillPool(): void {
    for (const { bytes } of this.store.txpows.since(this.#parts.now() - MEMPOOL_LIFE_MS)) {
      poolArrival(this.pool, decode(TxPoW, bytes), this.branch)
    }
  }
}
