import {
  type CheckResult,
  type Coin,
  type CoinProof,
  factsOf,
  type NetworkParameters,
  networks,
  type TxPoW,
  toHex,
} from '@minipolis/minima'
import { type CoinFilter, exportCoin, type Inclusion, type MainBlock, type Receipt } from '../chain/index.ts'
import { NodeError } from '../errors/index.ts'
import { Automine, type AutomineMode } from '../miner/index.ts'
import type { MaximaHost, PeerNetwork } from '../peers/index.ts'
import { NodePeers } from '../sync/index.ts'
import type { TransactionDraft } from '../wallet/index.ts'
import { NodeCore } from './core.ts'
import {
  Announcer,
  type BlockRef,
  blockRef,
  eventsOf,
  type NodeEvent,
  type NodeListener,
  type UnitEvent,
  type UnitListener,
} from './events.ts'
import { hasPeersToAsk, type NetworkDefaults, type NodeOptions, type NodeParts, networkDefaults } from './options.ts'
import { type NodeStatus, statusOf } from './status.ts'
import { type Submission, submit } from './submit.ts'

/** Blocks that one call gives at most. */
export const BLOCKS_MAX = 2000

/** Stands where the name of a peer would: coins are brought up to date from the archive. */
const OWN_ARCHIVE = 'own archive'

/**
 * A Minima node: chain, wallet, mempool and miner over one database file. Hex texts are upper case with `0x`. Every method but
 * `start`, `stop` and `watch` throws NodeError `not-running` while the node is stopped.
 */
export class MinimaNode {
  readonly parameters: NetworkParameters
  readonly #options: NodeOptions & NetworkDefaults
  readonly #parts: NodeParts
  readonly #announcer: Announcer<NodeEvent>
  readonly #units: Announcer<UnitEvent>
  readonly #automine: Automine
  #core: NodeCore | undefined
  #peers: NodePeers | undefined
  #starting: Promise<void> | undefined
  #background = new AbortController()
  #keys: Promise<void> = Promise.resolve()

  constructor(options: NodeOptions, parts: NodeParts) {
    this.parameters = options.custom?.parameters ?? networks[options.network]
    const defaults = networkDefaults[options.network]
    this.#options = { ...defaults, genesis: defaults.genesis && !hasPeersToAsk(options), ...options }
    this.#parts = parts
    this.#announcer = new Announcer((error) => this.#failed(error))
    this.#units = new Announcer((error) => this.#failed(error))
    this.#automine = new Automine(this.blockTimeMs, {
      mine: (mode, signal) => this.#mineOnce(mode, signal),
      failed: (error) => this.#failed(error),
    })
  }

  /** Aimed at by the network's difficulty. */
  get blockTimeMs(): number {
    return 1000 / Number(this.parameters.blockSpeed.toString())
  }

  get isRunning(): boolean {
    return this.#core !== undefined
  }

  /** Connections to other nodes; undefined while there are none to be. */
  get peers(): PeerNetwork | undefined {
    return this.#peers?.network
  }

  /** A chain is being loaded from a peer. */
  get isSyncing(): boolean {
    return this.#peers?.isSyncing ?? false
  }

  /**
   * Opens the store, reads the chain or begins one, and starts to mine. A started node stays as it is.
   *
   * @throws NodeError `wrong-network`, `wrong-version`, `store-locked`, `store-damaged`, `disk-full`, `store-failed`;
   *   WalletError `bad-phrase`; PeersError `listen-failed`
   */
  async start(): Promise<void> {
    this.#starting ??= this.#start()
    await this.#starting
  }

  /** Lets go of the store. A stopped node stays as it is, and can be started again. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined)
    this.#starting = undefined
    const core = this.#core
    const peers = this.#peers
    this.#core = undefined
    this.#peers = undefined
    if (core === undefined) return
    await peers?.stop()
    this.#background.abort()
    // The thread first: what waits for it fails, and the loops below end.
    await core.thread.stop()
    await this.#automine.stop()
    await this.#keys
    await core.close()
  }

  /** The parts of the running node, for interfaces of this package that stand on it. @throws NodeError `not-running` */
  parts(): NodeCore {
    return this.#running()
  }

  /** Calls back after each change of the main branch, in order. @returns stops that */
  watch(listener: NodeListener): () => void {
    return this.#announcer.add(listener)
  }

  /** Calls back for units that come and that are worked on. @returns stops that */
  watchUnits(listener: UnitListener): () => void {
    return this.#units.add(listener)
  }

  status(): NodeStatus {
    return statusOf(this.#running(), this.#automine.mode)
  }

  tip(): BlockRef | undefined {
    const tip = this.#running().chain.tip
    return tip && blockRef(tip)
  }

  /** A block of the main branch, as long as it is kept. */
  block(at: { readonly number: number } | { readonly id: string }): MainBlock | undefined {
    const { branch } = this.#running()
    return 'id' in at ? branch.byId(at.id) : branch.byNumber(at.number)
  }

  /** Blocks of the main branch from `from` to `to` or the tip, oldest first, at most 2,000, those that are kept. */
  blocks(from: number, to: number = Number.MAX_SAFE_INTEGER): MainBlock[] {
    return this.#running().branch.range(from, Math.min(to, from + BLOCKS_MAX - 1))
  }

  txpow(id: string): TxPoW | undefined {
    return this.#running().chain.known.get(id)
  }

  /** Where a transaction stands on the main branch. */
  inclusion(txpowId: string): Inclusion | undefined {
    return this.#running().branch.inclusion(txpowId)
  }

  /** Unspent coins at the tip: all of the tree, and older ones that the wallet watches. */
  coins(filter: CoinFilter): Coin[] {
    return this.#running().chain.coins.find(filter)
  }

  /** A proof of an unspent coin to a peak of a recent block. */
  coinProof(coinId: string): CoinProof | undefined {
    const { chain } = this.#running()
    const coin = chain.coin(coinId)
    return coin && exportCoin(chain.tree, coin, this.parameters.proofHistoryBlocks)
  }

  /** An address of the wallet to receive at. */
  async address(): Promise<string> {
    return this.#running().wallet.address()
  }

  /** Public key of the wallet key set aside for a purpose: made on first use, the same ever after. */
  async keyFor(purpose: string): Promise<string> {
    return toHex((await this.#running().wallet.keys.forPurpose(purpose)).publicKey)
  }

  /** Keeps a script and watches its coins. @returns its address */
  track(script: string): string {
    return this.#running().wallet.scripts.add(script, true)
  }

  /** Builds, signs, mines and posts a transaction. @throws as `submit` */
  async submit(draft: TransactionDraft): Promise<Submission> {
    return submit(this.#running(), draft)
  }

  /** Takes a TxPoW from elsewhere. The verdict says whether it was stored, and if not, why. */
  receive(txpow: TxPoW): CheckResult {
    return this.#running().receive(txpow)
  }

  /** Works on the next block until it is there. */
  async mineBlock(signal?: AbortSignal): Promise<BlockRef> {
    const core = this.#running()
    core.post(await core.miner.mineBlock(signal))
    return blockRef(core.chain.tip!)
  }

  async #start(): Promise<void> {
    const core = new NodeCore(
      { parameters: this.parameters, ...this.#options },
      {
        ...this.#parts,
        received: (receipt) => this.#received(receipt),
        arrived: (txpow) => this.#units.announce([{ kind: 'arrived', txpow }]),
        mining: (txpow, isBeginning) => this.#units.announce([{ kind: 'mining', txpow, isBeginning }]),
        posted: (txpow, receipt) => this.#peers?.posted(txpow, receipt),
      },
    )
    try {
      const isNew = core.chain.tip === undefined
      if (isNew && this.#options.genesis) await core.begin()
      await core.chain.catchUpMegaMMR((done, total, number) =>
        this.#parts.progress?.({ peer: OWN_ARCHIVE, done, total, number }),
      )
      this.#core = core
      this.#background = new AbortController()
      this.#keys = core.wallet.keys.makeDefaults(this.#background.signal).catch((error) => this.#failed(error))
      if (core.chain.tip !== undefined)
        this.#automine.start(this.#options.automine, isNew ? 0 : this.#untilNextBlockMs(core))
      await this.#connect(core, await this.#parts.messaging?.(core))
    } catch (error) {
      this.#starting = undefined
      this.#core = undefined
      this.#background.abort()
      await core.thread.stop()
      await this.#automine.stop()
      await this.#keys
      await core.close()
      throw error
    }
  }

  /** Opens the port and calls the peers, when there are any to be. @throws PeersError `listen-failed` */
  async #connect(core: NodeCore, maxima: MaximaHost | undefined): Promise<void> {
    const { peers: options } = this.#options
    if (options === undefined) return
    const peers = new NodePeers(options, { ...this.#parts, holder: core, ...(maxima && { maxima }) })
    await peers.start()
    this.#peers = peers
  }

  #untilNextBlockMs({ chain }: NodeCore): number {
    const age = this.#parts.now() - Number(chain.tip!.header.time.toBigInt())
    return Math.min(this.blockTimeMs, Math.max(0, this.blockTimeMs - age))
  }

  async #mineOnce(mode: Exclude<AutomineMode, 'off'>, signal: AbortSignal): Promise<void> {
    const core = this.#running()
    const txpow = await (mode === 'solo' ? core.miner.mineBlock(signal) : core.miner.mineShare(signal))
    if (mode === 'share' && !factsOf(txpow).isBlock) return
    core.post(txpow)
  }

  #received(receipt: Receipt): void {
    if (receipt.change === undefined) return
    this.#automine.blockArrived()
    // A node that had no chain begins to work when it has got one.
    if (this.#core !== undefined) this.#automine.start(this.#options.automine, this.blockTimeMs)
    this.#announcer.announce(eventsOf(receipt.change))
  }

  #failed(error: unknown): void {
    if (this.#core !== undefined) this.#parts.failed?.(error)
  }

  #running(): NodeCore {
    if (this.#core === undefined) throw new NodeError('not-running', 'the node is not running; start it first')
    return this.#core
  }
}
