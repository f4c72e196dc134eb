import {
  createGenesis,
  factsOf,
  formatMxAddress,
  fromHex,
  networks,
  type RandomBytes,
  signedByAddress,
  signedByScript,
  type TxPoW,
  toHex,
} from '@minipolis/minima'
import type { Receipt } from '../chain/index.ts'
import { createMaximaStore, Maxima, maximaCommands, maximaPartsOf, messagingOf } from '../maxima/index.ts'
import { poolArrival, poolFollow } from '../mempool/index.ts'
import type { SignedTransaction } from '../miner/index.ts'
import { NodeCore } from '../node/core.ts'
import { OWNER } from '../rpc/caller.ts'
import { createRpcCommand } from '../rpc/commands/rpc.ts'
import { coreNode } from '../rpc/core-node.ts'
import { Users } from '../rpc/http/users.ts'
import { networkPeers } from '../rpc/network-peers.ts'
import { loadersOf, Registry } from '../rpc/registry.ts'
import { RpcState } from '../rpc/rpc-state.ts'
import { CommandRunner } from '../rpc/run-line.ts'
import { NodePeers } from '../sync/index.ts'

/** Blocks below the tip of the block that contacts compare, in the network of the recordings. */
const CHECK_DEPTH = 16
/** Default keys of the network of the recordings. */
const DEFAULT_KEYS = 8
const HASH_RATE = 10_000

/** Longer than any call takes that waits for nothing. Milliseconds. */
const HANGS_MS = 10_000

/** Bytes that the wallet asks for to draw an address. */
const DRAW_BYTES = 2

/** A clock that stands still between blocks, so that the difficulty stays where it began. */
export interface BlockClock {
  ms: number
}

export interface RecordedNodeOptions {
  readonly name: string
  readonly phrase: string
  readonly folder: string
  readonly clock: BlockClock
  readonly random: RandomBytes
}

/** A whole node with a wallet of a known phrase, connections, and commands; blocks come when they are asked for. */
export class RecordedNode {
  readonly name: string
  readonly core: NodeCore
  readonly peers: NodePeers
  readonly state: RpcState
  readonly #runner: CommandRunner
  readonly #maxima: Maxima
  readonly #clock: BlockClock
  readonly #failures: unknown[] = []
  /** Transactions wait here while no block is asked for: the recorded miner was slower than the caller. */
  #gate = Promise.withResolvers<void>()
  /** The next transaction is built and signed, and waits. */
  #waits = Promise.withResolvers<void>()
  #last: Receipt | undefined
  /** What the wallet draws next. */
  readonly #draws: Uint8Array[] = []

  private constructor({ name, phrase, folder, clock, random: anyBytes }: RecordedNodeOptions) {
    this.name = name
    const random: RandomBytes = (size) => (size === DRAW_BYTES ? this.#draws.shift() : undefined) ?? anyBytes(size)
    this.#clock = clock
    const parameters = networks.test
    const now = (): number => clock.ms
    const core = new NodeCore(
      { parameters, file: ':memory:', hashRate: HASH_RATE, defaultKeys: DEFAULT_KEYS, coinsWanted: 1, phrase },
      { now, random, received: (receipt) => this.#received(receipt) },
    )
    this.core = core
    const holder = {
      store: core.store,
      chain: core.chain,
      branch: core.branch,
      pool: core.pool,
      take: (txpow: TxPoW) => this.#take(txpow),
      follow: (receipt: Receipt) => this.#follow(receipt),
    }
    const address = (): { host: string; port: number } => ({ host: '127.0.0.1', port: this.port })
    const maxima = new Maxima(
      { localAddress: address, publicAddress: address, allowInternal: true, checkDepth: CHECK_DEPTH },
      {
        ...maximaPartsOf(core),
        // Blocks come when they are asked for, not as by-catch of messages.
        foundBlock: () => undefined,
        store: createMaximaStore(core.store.database),
        now: Date.now,
        random,
        failed: (error) => this.#failures.push(error),
      },
    )
    this.peers = new NodePeers(
      { bind: '127.0.0.1', port: 0, compareMs: 0 },
      {
        holder,
        now: Date.now,
        random,
        maxima: maxima.links,
      },
    )
    this.#maxima = maxima
    const node = coreNode(core, {
      folder,
      now,
      random,
      rpcPort: () => 0,
      peers: networkPeers({
        network: this.peers.network,
        version: parameters.version,
        now: Date.now,
        discovers: false,
      }),
      watch: () => () => undefined,
      watchUnits: () => () => undefined,
      failed: (error) => this.#failures.push(error),
      quit: () => undefined,
    })
    const gated = {
      ...node,
      post: (txpow: TxPoW) => this.#post(txpow),
      miner: Object.assign(Object.create(core.miner) as typeof core.miner, {
        mineTransaction: async (own: SignedTransaction) => {
          this.#waits.resolve()
          await this.#gate.promise
          return core.miner.mineTransaction(own)
        },
      }),
    }
    this.state = new RpcState(gated, { failed: (error) => this.#failures.push(error) })
    this.state.messaging = messagingOf(maxima)
    const users = new Users(core.store.settings, undefined)
    const rpc = createRpcCommand({ users, isTls: false, tlsPublicKey: Uint8Array.of(0x30) })
    this.#runner = new CommandRunner({
      node: gated,
      state: this.state,
      commands: new Registry({ ...loadersOf([rpc]), ...maximaCommands(maxima, maximaPartsOf(core).chain) }),
    })
  }

  static async start(options: RecordedNodeOptions): Promise<RecordedNode> {
    const node = new RecordedNode(options)
    await node.#maxima.start()
    await node.peers.start()
    await node.core.wallet.keys.makeDefaults(new AbortController().signal)
    return node
  }

  /** Begins a chain whose money is at this address of the wallet. */
  begin(address: string): void {
    const prng = new Uint8Array(32)
    this.#received(this.core.chain.begin(createGenesis({ address: fromHex(address), time: this.#clock.ms, prng })))
  }

  get tip(): number {
    return this.core.chain.tip?.number ?? 0
  }

  get tipId(): string {
    return this.core.chain.tip?.hex ?? ''
  }

  get port(): number {
    return this.peers.network.port
  }

  /** Faults since the last call. */
  takeFailures(): unknown[] {
    return this.#failures.splice(0)
  }

  /** @param texts addresses or public keys of default keys, in the order in which they are to be drawn */
  setDraws(texts: readonly string[]): void {
    const keys = this.core.wallet.keys.defaults().map(({ publicKey }) => publicKey)
    const isOf = (text: string) => (key: Uint8Array) => [toHex(key), toHex(signedByAddress(key))].includes(text)
    const indices = texts.map((text) => keys.findIndex(isOf(text))).filter((index) => index >= 0)
    this.#draws.splice(0, this.#draws.length, ...indices.map((index) => Uint8Array.of(0, index)))
  }

  /**
   * @param mines what comes about between the signing of the call's transaction and its mining; undefined for a call that does not
   *   wait for its transaction to be mined
   */
  async call(line: string, mines: (() => Promise<void>) | undefined): Promise<string> {
    let isOpen = false
    const open = (): void => {
      isOpen = true
      this.#gate.resolve()
    }
    this.#waits = Promise.withResolvers()
    // Whatever a call is named: one that hangs waits for its own unit.
    const timer = setTimeout(open, HANGS_MS)
    try {
      const reply = this.#runner.runLine(line, OWNER)
      if (mines !== undefined) {
        await Promise.race([this.#waits.promise, reply])
        await mines()
        open()
      }
      return await reply
    } finally {
      clearTimeout(timer)
      if (isOpen) this.#gate = Promise.withResolvers<void>()
    }
  }

  /** Lets the transactions that wait be mined and posted. */
  async settle(): Promise<void> {
    this.#gate.resolve()
    await this.state.settled()
    this.#gate = Promise.withResolvers<void>()
  }

  /** Tries payments that wait, as time does. */
  async poll(): Promise<void> {
    await this.state.polls.attemptAll((error) => this.#failures.push(error))
    await this.settle()
  }

  async mineBlock(): Promise<void> {
    this.#post(await this.core.miner.mineBlock())
  }

  /** Texts of the default keys, which are drawn at random: public keys, scripts, addresses in both forms. */
  interchangeable(): ReadonlySet<string>[] {
    const keys = this.core.wallet.keys.defaults().map(({ publicKey }) => publicKey)
    return [
      new Set(keys.map(toHex)),
      new Set(keys.map(signedByScript)),
      new Set(keys.map((key) => toHex(signedByAddress(key)))),
      new Set(keys.map((key) => formatMxAddress(signedByAddress(key)))),
    ]
  }

  async stop(): Promise<void> {
    this.#gate.resolve()
    this.state.stop()
    await this.state.settled()
    this.#maxima.stop()
    await this.peers.stop()
    await this.core.close()
  }

  #post(txpow: TxPoW): void {
    this.#last = undefined
    this.core.post(txpow)
    this.peers.posted(txpow, this.#last ?? { isNew: true, added: [], change: undefined, refused: undefined })
  }

  #take(txpow: TxPoW): Receipt {
    const receipt = this.core.chain.receive(txpow)
    if (receipt.isNew) {
      this.#follow(receipt)
      if (!factsOf(txpow).isBlock || receipt.added.length === 0) poolArrival(this.core.pool, txpow, this.core.branch)
    }
    return receipt
  }

  #follow(receipt: Receipt): void {
    if (receipt.change !== undefined) poolFollow(this.core.pool, receipt.change, this.core.chain)
    this.#received(receipt)
  }

  #received(receipt: Receipt): void {
    this.#last = receipt
    const tip = receipt.change?.to.header.time.toBigInt()
    if (tip === undefined) return
    const blockMs = 1000 / Number(networks.test.blockSpeed.toString())
    this.#clock.ms = Math.max(this.#clock.ms, Number(tip) + blockMs)
  }
}
