import {
  type Cascade,
  chainWeight,
  checkIBD,
  factsOf,
  isOursHeavierOrEqual,
  type MinipolisError,
  parentId,
  type TxBlock,
  type WeighedChain,
  weighIBD,
} from '@minipolis/minima'
import {
  adoptCascade,
  type BlockNode,
  changeBetween,
  FIRST_SYNC_MS,
  isFresh,
  type Receipt,
  takeBlock,
  weighChain,
} from '../chain/index.ts'
import { isFaultOfInput } from '../errors/index.ts'
import type { ChainSync, SyncResult } from '../peers/index.ts'
import { Turns } from '../threads/index.ts'
import { IbdReader } from '../wire/index.ts'
import { MissingParts } from './missing-parts.ts'
import type { NodeHolder } from './node-holder.ts'
import { OlderBlocks } from './older-blocks.ts'
import { SyncError } from './sync-error.ts'

/** Milliseconds of work on end: what is taken in one turn becomes durable together. */
const TURN_MS = 40
/** Blocks younger than this have transactions that may still be wanted. */
const YOUNG_MS = 3 * 60 * 60 * 1000
/** Downloads that wait for their turn, or for others to be compared with. */
const WAITING_MAX = 8
/** Bytes of all that wait. */
const WAITING_BYTES_MAX = 256 * 1024 * 1024
/** Ids of one answer that are followed as a list of blocks. */
const FOLLOWED_IDS = 512
const MISSING_MAX = 5_000

/** How a chain download goes on. */
export interface SyncProgress {
  readonly peer: string
  /** Blocks worked on. */
  readonly done: number
  /** Blocks of the download. */
  readonly total: number
  /** Number of the newest block worked on. */
  readonly number: number
}

export interface ChainLoaderOptions {
  /** Milliseconds that a node without a chain waits for a second opinion before it takes the first chain. */
  readonly compareMs: number
  /** Whether blocks from before the download are fetched for the archive. */
  readonly loadsOlder: boolean
}

export interface ChainLoaderParts {
  readonly holder: NodeHolder
  /** What the node knows to be missing; of its own when there is nobody to share it with. */
  readonly missing?: MissingParts
  readonly now: () => number
  readonly progress?: (progress: SyncProgress) => void
}

interface Waiting {
  readonly payload: Uint8Array
  readonly peer: string
  readonly resolve: (result: SyncResult) => void
  readonly reject: (error: unknown) => void
}

const NOTHING_NEW: SyncResult = { kind: 'done', added: 0, missing: [] }

/**
 * Takes chain downloads: one at a time, in slices, every block checked, each slice durable before the next. A node without a
 * chain compares what several peers offer and takes the heaviest.
 */
export class ChainLoader implements ChainSync {
  readonly #options: ChainLoaderOptions
  readonly #parts: ChainLoaderParts
  readonly #startedMs: number
  readonly #older: OlderBlocks
  readonly #missing: MissingParts
  #waiting: Waiting[] = []
  #isRunning = false
  #compare: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: ChainLoaderOptions, parts: ChainLoaderParts) {
    this.#options = options
    this.#parts = parts
    this.#startedMs = parts.now()
    this.#older = new OlderBlocks(parts.holder, parts.now)
    this.#missing = parts.missing ?? new MissingParts(parts.holder)
  }

  get isBusy(): boolean {
    return this.#isRunning
  }

  download(payload: Uint8Array, peer: string): Promise<SyncResult> {
    const waitingBytes = this.#waiting.reduce((sum, waiting) => sum + waiting.payload.length, payload.length)
    const isFull = this.#waiting.length >= WAITING_MAX || waitingBytes > WAITING_BYTES_MAX
    if (this.#isStopped || isFull) return Promise.resolve(NOTHING_NEW)
    return new Promise<SyncResult>((resolve, reject) => {
      this.#waiting.push({ payload, peer, resolve, reject })
      this.#next()
    })
  }

  older(payload: Uint8Array): Promise<SyncResult> {
    return Promise.resolve(this.#isStopped ? NOTHING_NEW : guarded(() => this.#older.take(payload)))
  }

  olderThan(): Uint8Array | undefined {
    return this.#options.loadsOlder && !this.#isStopped ? this.#older.below() : undefined
  }

  /** Ends the work after the slice at hand. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#compare)
    for (const { resolve } of this.#waiting.splice(0)) resolve(NOTHING_NEW)
  }

  #next(): void {
    if (this.#isRunning || this.#isStopped || this.#waiting.length === 0) return
    const isFresh = this.#parts.holder.chain.tip === undefined
    if (isFresh && this.#options.compareMs > 0) {
      this.#compare ??= setTimeout(() => {
        void this.#runHeaviest()
      }, this.#options.compareMs)
      return
    }
    this.#run(this.#waiting)
  }

  async #runHeaviest(): Promise<void> {
    const compared = this.#waiting.splice(0)
    const order = await heaviestFirst(compared, this.#parts.holder)
    this.#compare = undefined
    if (this.#isStopped) for (const { resolve } of compared) resolve(NOTHING_NEW)
    else this.#run([...order, ...this.#waiting])
  }

  /** Works on what waits, in this order. */
  #run(order: Waiting[]): void {
    this.#waiting = order
    const first = this.#isRunning ? undefined : order.shift()
    if (first === undefined) return
    this.#isRunning = true
    this.#load(first)
      .then(first.resolve, (error: unknown) => {
        // By then the store may be closed.
        if (this.#isStopped) first.resolve(NOTHING_NEW)
        else if (isFaultOfInput(error)) first.resolve(refusalOf(error))
        else first.reject(error)
      })
      .finally(() => {
        this.#isRunning = false
        this.#next()
      })
  }

  async #load({ payload, peer }: Waiting): Promise<SyncResult> {
    const { chain } = this.#parts.holder
    const reader = new IbdReader(payload)
    const { cascade } = reader
    const hasCascade = cascade !== null && cascade.nodes.length > 0
    const first = reader.remaining === 0 ? undefined : reader.again().next()
    this.#assertFits(cascade, first)
    if (hasCascade && chain.cascade.blocks.length > 0 && !(await this.#isOursHeavier(payload))) {
      return { kind: 'heavier-chain', detail: `${peer} has a heavier chain that shares no block with our tree` }
    }
    if (first === undefined) return NOTHING_NEW
    if (this.#takesFullUnitsOnly()) return this.#followIds(reader)
    this.#adopt(cascade, first)
    return this.#takeBlocks(reader, peer)
  }

  /** @throws SyncError `false-cascade` */
  #assertFits(cascade: Cascade | null, first: TxBlock | undefined): void {
    const result = checkIBD({ cascade, blocks: first === undefined ? [] : [first] })
    if (!result.ok) throw new SyncError('false-cascade', `the download is refused: ${result.detail}`)
  }

  /** @throws SyncError `false-cascade` */
  #adopt(cascade: Cascade | null, first: TxBlock): void {
    const result = adoptCascade(this.#parts.holder.chain, { cascade, blocks: [first] })
    if (!result.ok) throw new SyncError('false-cascade', `the cascade is refused: ${result.detail}`)
  }

  async #isOursHeavier(payload: Uint8Array): Promise<boolean> {
    const { chain } = this.#parts.holder
    const theirs = await weigh(payload)
    return isOursHeavierOrEqual(weighChain(chain), theirs, chain.parameters)
  }

  /** With a tip of today, blocks are taken with their transactions and not as what they did to the coins. */
  #takesFullUnitsOnly(): boolean {
    const nowMs = this.#parts.now()
    return nowMs - this.#startedMs >= FIRST_SYNC_MS && isFresh(this.#parts.holder.chain, nowMs)
  }

  /** The blocks of the download as a list of what could be asked for. */
  async #followIds(reader: IbdReader): Promise<SyncResult> {
    const ids: Uint8Array[] = []
    let below: Uint8Array | undefined
    await eachBlock(reader, ({ txpow }) => {
      below ??= parentId(txpow.header)
      ids.push(factsOf(txpow).id)
    })
    const newest = ids.reverse().slice(0, FOLLOWED_IDS)
    const missing = this.#missing.ofPulse(below === undefined ? newest : [...newest, below])
    return { kind: 'done', added: 0, missing: missing ?? [] }
  }

  async #takeBlocks(reader: IbdReader, peer: string): Promise<SyncResult> {
    const total = reader.remaining
    const missing: Uint8Array[] = []
    let added = 0
    let done = 0
    let number = 0
    const turns = new Turns(TURN_MS)
    while (reader.remaining > 0 && !this.#isStopped) {
      added += this.#slice(() => {
        const nodes: BlockNode[] = []
        do {
          const block = reader.next()
          if (block === undefined) break
          done++
          const node = this.#takeBlock(block)
          if (node === undefined) continue
          nodes.push(node)
          number = node.number
          if (missing.length < MISSING_MAX) missing.push(...this.#youngParts(block))
        } while (!turns.isOver)
        return nodes
      })
      this.#parts.progress?.({ peer, done, total, number })
      await turns.next()
    }
    return { kind: 'done', added, missing: missing.slice(0, MISSING_MAX) }
  }

  /** Blocks of one slice become durable together. What was taken before a bad block stays. */
  #slice(take: () => BlockNode[]): number {
    const { chain, follow } = {
      chain: this.#parts.holder.chain,
      follow: (receipt: Receipt) => this.#parts.holder.follow(receipt),
    }
    const before = chain.tip
    let added: BlockNode[] = []
    let fault: unknown
    chain.batch(() => {
      try {
        added = take()
      } catch (error) {
        // The blocks before it are good and stay; a fault of the store undoes the slice.
        if (!isFaultOfInput(error)) throw error
        fault = error
      }
    })
    const tip = chain.tip
    const change = tip === undefined || tip === before ? undefined : changeBetween(before, tip)
    if (added.length > 0 || change !== undefined) follow({ isNew: true, added, change, refused: undefined })
    if (fault !== undefined) throw fault
    return added.length
  }

  /** Undefined for a block that is known. @throws SyncError `false-block`, `no-parent` */
  #takeBlock(txblock: TxBlock): BlockNode | undefined {
    const { chain, store } = this.#parts.holder
    const taken = takeBlock(chain, txblock)
    switch (taken.kind) {
      case 'added':
        return taken.node
      case 'known':
        return undefined
      case 'false':
        throw new SyncError('false-block', taken.detail)
      case 'no-parent':
        if (store.blocks.has(factsOf(txblock.txpow).id)) return undefined
        throw new SyncError('no-parent', taken.detail)
    }
  }

  #youngParts({ txpow }: TxBlock): Uint8Array[] {
    const ageMs = this.#parts.now() - Number(txpow.header.time.toBigInt())
    return ageMs < YOUNG_MS ? this.#missing.listedBy(txpow) : []
  }
}

/** What a foreign download weighs, by what its headers claim. Headers are kept, blocks are not. */
async function weigh(payload: Uint8Array): Promise<WeighedChain> {
  const reader = new IbdReader(payload)
  const weighed = weighIBD({ cascade: reader.cascade, blocks: [] })
  const blocks: WeighedChain['blocks'][number][] = []
  await eachBlock(reader, (block) => blocks.push(...weighIBD({ cascade: null, blocks: [block] }).blocks))
  return { cascade: weighed.cascade, blocks: blocks.reverse() }
}

/** Visits the blocks that are left, with turns for others in between. */
async function eachBlock(reader: IbdReader, visit: (block: TxBlock) => void): Promise<void> {
  const turns = new Turns(TURN_MS)
  for (let block = reader.next(); block !== undefined; block = reader.next()) {
    visit(block)
    if (turns.isOver) await turns.next()
  }
}

/** Those that cannot be read come last, and are refused when their turn comes. */
async function heaviestFirst(waiting: readonly Waiting[], { chain }: NodeHolder): Promise<Waiting[]> {
  const weighed: { readonly download: Waiting; readonly weight: bigint }[] = []
  for (const download of waiting) {
    const weight = await weigh(download.payload).then(
      (theirs) => chainWeight(theirs, chain.parameters),
      (error: unknown) => {
        if (isFaultOfInput(error)) return -1n
        throw error
      },
    )
    weighed.push({ download, weight })
  }
  return weighed
    .sort((a, b) => (a.weight < b.weight ? 1 : a.weight > b.weight ? -1 : 0))
    .map(({ download }) => download)
}

function guarded(work: () => SyncResult): SyncResult {
  try {
    return work()
  } catch (error) {
    if (isFaultOfInput(error)) return refusalOf(error)
    throw error
  }
}

const refusalOf = (error: MinipolisError): SyncResult =>
  error.code === 'no-parent'
    ? { kind: 'other-chain', detail: error.message }
    : { kind: 'refused', detail: error.message }
