import { randomBytes } from 'node:crypto'
import { MiniNumber, type NetworkName, networks, type TxPoW, toHex } from '@minipolis/minima'
import { NodeCore } from '../src/node/core.ts'
import { submit } from '../src/node/submit.ts'
import type { PeerEvent } from '../src/peers/index.ts'
import { NodePeers, type NodePeersOptions, type SyncProgress } from '../src/sync/index.ts'
import type { TransactionDraft } from '../src/wallet/index.ts'

const HASH_RATE = 10_000

export interface PeerNodeOptions {
  readonly file?: string
  readonly network?: NetworkName
  /** Clock of the blocks; the clock of the connections is the real one. */
  readonly blockTime?: () => number
  readonly peers?: NodePeersOptions
  /** Called before each block that is mined. */
  readonly pace?: () => void
  /** Clock of the connections. */
  readonly now?: () => number
  /** Keep all coins of the chain. */
  readonly megaMMR?: boolean
  /** Size that the store may reach. */
  readonly storeBytesMax?: number
  /** Hashes that mining a transaction should cost. */
  readonly hashRate?: number
  /** Keys that addresses are drawn from. */
  readonly defaultKeys?: number
}

/** A whole node with connections, mined by hand. */
export class PeerNode {
  readonly core: NodeCore
  readonly peers: NodePeers
  readonly events: PeerEvent[] = []
  readonly progress: SyncProgress[] = []
  readonly #pace: () => void

  constructor({
    file = ':memory:',
    network = 'test',
    blockTime = Date.now,
    peers = {},
    now = Date.now,
    pace = () => undefined,
    megaMMR = false,
    hashRate = HASH_RATE,
    defaultKeys = 2,
    storeBytesMax,
  }: PeerNodeOptions = {}) {
    const core = new NodeCore(
      {
        parameters: networks[network],
        file,
        hashRate,
        defaultKeys,
        coinsWanted: 1,
        megaMMR,
        ...(storeBytesMax === undefined ? {} : { storeBytesMax }),
      },
      {
        now: blockTime,
        random: (size) => new Uint8Array(randomBytes(size)),
        received: () => undefined,
        posted: (txpow, receipt) => this.peers.posted(txpow, receipt),
      },
    )
    this.core = core
    this.#pace = pace
    this.peers = new NodePeers(
      { bind: '127.0.0.1', port: 0, reconnectMs: 300, compareMs: 0, ...peers },
      {
        holder: core,
        now,
        random: (size) => new Uint8Array(randomBytes(size)),
        told: (event) => this.events.push(event),
        progress: (progress) => this.progress.push(progress),
      },
    )
  }

  get tip(): string | undefined {
    return this.core.chain.tip?.hex
  }

  get height(): number {
    return this.core.chain.tip?.number ?? -1
  }

  get address(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.peers.network.port }
  }

  async start(): Promise<this> {
    await this.peers.start()
    return this
  }

  async begin(): Promise<void> {
    await this.core.begin()
  }

  /** Mines a block on the tip and tells the peers. */
  async mine(): Promise<TxPoW> {
    this.#pace()
    const txpow = await this.core.miner.mineBlock()
    this.post(txpow)
    return txpow
  }

  post(txpow: TxPoW): void {
    this.core.post(txpow)
  }

  async send(draft: TransactionDraft): Promise<string> {
    return (await submit(this.core, draft)).txpowId
  }

  /** Pays one to an address of its own. */
  async pay(): Promise<TxPoW> {
    const outputs = [{ address: await this.core.wallet.address(), amount: MiniNumber.ONE }]
    return this.core.chain.known.get(await this.send({ outputs, fund: true }))!
  }

  /** Ids of the main branch, root first. */
  branch(): string[] {
    return this.core.chain.tree.mainFrom(0).map(({ hex }) => hex)
  }

  /** Root and total of the coins at the tip. */
  coins(): string {
    const root = this.core.chain.tip!.mmr.root()!
    return `${toHex(root.data)} ${root.value}`
  }

  async stop(): Promise<void> {
    await this.peers.stop()
    await this.core.close()
  }
}

/** Waits until something holds. Fails after `ms` with what it looked like. */
export async function until(holds: () => boolean, what: string | (() => string), ms = 10_000): Promise<void> {
  const endMs = Date.now() + ms
  while (!holds()) {
    if (Date.now() > endMs) throw new Error(`not within ${ms} ms: ${typeof what === 'string' ? what : what()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A clock that makes blocks of the past come at the pace that the difficulty aims at. */
export function pastClock(blocks: number, blockMs = 20_000): { now: () => number; next: () => void } {
  let ms = Date.now() - blocks * blockMs
  return {
    now: () => Math.min(ms, Date.now()),
    next: () => {
      ms += blockMs
    },
  }
}

/** Blocks that may follow a history at its pace. */
const SPARE_BLOCKS = 100

/** A node that mined a history in the past, and goes on at the same pace. */
export async function nodeWithHistory(blocks: number, options: PeerNodeOptions = {}): Promise<PeerNode> {
  const clock = pastClock(blocks + SPARE_BLOCKS)
  const node = new PeerNode({ blockTime: clock.now, pace: clock.next, ...options })
  await node.begin()
  for (let i = 1; i < blocks; i++) await node.mine()
  return node
}

/** A node with the chain of another, alone from now on. */
export async function cutOffFrom(other: PeerNode): Promise<PeerNode> {
  const node = await new PeerNode({ peers: { connect: [other.address] } }).start()
  await until(() => node.tip === other.tip, 'the chain is there')
  node.peers.network.disconnect(other.address)
  await until(() => node.peers.network.peers().length === 0, 'nobody is connected')
  return node
}
