import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { watchAlone } from './alone.ts'
import { Driver } from './driver.ts'
import { follow } from './follow.ts'
import { measureHashing } from './hashing.ts'
import type { Measured } from './recorded.ts'
import type { Kind, Subject, Subjects } from './subject.ts'
import { best, download } from './sync.ts'
import { measureVerify } from './verifying.ts'

/** How much of everything. */
export interface Plan {
  readonly historyBlocks: number
  /** Every so many blocks of the history one has a payment. */
  readonly blocksPerPayment: number
  readonly syncRounds: number
  readonly emptyBlocks: number
  readonly sends: Readonly<Record<Kind, number>>
  /** By keys that never signed before. */
  readonly firstSends: number
  /** At once; the reference loses payments that come at once. */
  readonly parallelSends: Readonly<Record<Kind, number>>
  readonly verifyCalls: number
  readonly hashes: number
  /** From the start of a lone node until its memory is looked at, then how long its CPU is, and when memory is again. Milliseconds. */
  readonly startMs: number
  readonly idleMs: number
  readonly memoryMs: number
}

export interface DutyParts {
  readonly subjects: Subjects
  /** A folder for the folders of the nodes. */
  readonly place: string
  readonly basePort: number
  /** Told what is being done. */
  readonly tell: (text: string) => void
}

/** Keys that a new wallet of the main network makes first: the reference makes eight every ten seconds. */
const DEFAULT_KEYS = 64
const KEYS_MAX_MS = 400_000
/** Blocks of the driver for payments to the measured nodes and on top of theirs, at most. */
const SPARE_BLOCKS = 150
const PORTS_PER_NODE = 10

type Results = Record<Kind, Measured>

/** All duties of both nodes, in turn, each kind with the same plan. */
export class Duties {
  readonly #plan: Plan
  readonly #kinds: readonly Kind[]
  readonly #parts: DutyParts
  readonly #results: Results = { ours: {}, reference: {} }

  constructor(plan: Plan, kinds: readonly Kind[], parts: DutyParts) {
    this.#plan = plan
    this.#kinds = kinds
    this.#parts = parts
  }

  async run(): Promise<Results> {
    const { historyBlocks, emptyBlocks } = this.#plan
    const driver = await Driver.start(historyBlocks + emptyBlocks * this.#kinds.length + SPARE_BLOCKS)
    try {
      this.#parts.tell(`wallets get their keys, and ${historyBlocks} blocks are made`)
      await Promise.all([this.#prepareWallets(), this.#makeHistory(driver)])
      await this.#download(driver)
      await this.#follow(driver)
    } finally {
      await driver.stop()
    }
    await this.#watchAlone()
    return this.#results
  }

  /** Folders of the main network without a chain, with all keys that a wallet makes in its first minutes. */
  async #prepareWallets(): Promise<void> {
    await Promise.all(
      this.#kinds.map(async (kind) => {
        const subject = await this.#live(kind, 'wallet')
        const hasKeys = async (): Promise<boolean> => (await subject.keys()).length >= DEFAULT_KEYS
        await subject.until('its keys are made', hasKeys, KEYS_MAX_MS, 2_000)
        await subject.stop()
      }),
    )
  }

  async #makeHistory(driver: Driver): Promise<void> {
    const { historyBlocks, blocksPerPayment } = this.#plan
    const address = await driver.address()
    await driver.mine(blocksPerPayment)
    while (driver.height < historyBlocks) {
      await driver.pay(address, [1, 2, 3])
      await driver.mine(Math.min(blocksPerPayment - 5, historyBlocks - driver.height))
    }
  }

  async #download(driver: Driver): Promise<void> {
    const rounds: Record<Kind, Measured[]> = { ours: [], reference: [] }
    for (let round = 0; round < this.#plan.syncRounds; round++) {
      for (const kind of this.#kinds) {
        this.#parts.tell(`download of ${driver.height} blocks, round ${round + 1}: ${kind}`)
        cpSync(this.#folder(kind, 'wallet'), this.#folder(kind, `download-${round}`), { recursive: true })
        rounds[kind].push(await download(driver, await this.#live(kind, `download-${round}`)))
      }
    }
    for (const kind of this.#kinds) this.#note(kind, best(rounds[kind]))
  }

  async #follow(driver: Driver): Promise<void> {
    const { emptyBlocks, sends, firstSends, parallelSends, verifyCalls, hashes } = this.#plan
    for (const kind of this.#kinds) {
      this.#parts.tell(`${emptyBlocks} blocks and ${sends[kind]} payments: ${kind}`)
      const counts = { blocks: emptyBlocks, sends: sends[kind], firstSends, parallelSends: parallelSends[kind] }
      this.#note(kind, await follow(driver, () => this.#live(kind, 'download-0'), counts))
    }
    for (const kind of this.#kinds) {
      this.#parts.tell(`${verifyCalls} signatures verified, ${hashes} nonces tried, four times: ${kind}`)
      const subject = await this.#live(kind, 'download-0')
      this.#note(kind, await measureVerify(subject, verifyCalls))
      this.#note(kind, await measureHashing(subject, hashes))
      await subject.stop()
    }
  }

  async #watchAlone(): Promise<void> {
    const { startMs, idleMs, memoryMs } = this.#plan
    this.#parts.tell(`idle, each with a test network of its own: ${Math.round((startMs + memoryMs) / 1_000)} s`)
    await Promise.all(
      this.#kinds.map(async (kind) => {
        const subject = this.#begin(kind, 'alone', true)
        this.#note(kind, await watchAlone(subject, { startMs, idleMs, memoryMs }))
        await subject.stop()
      }),
    )
  }

  #note(kind: Kind, measured: Measured): void {
    Object.assign(this.#results[kind], measured)
  }

  #folder(kind: Kind, name: string): string {
    return join(this.#parts.place, `${kind}-${name}`)
  }

  async #live(kind: Kind, name: string): Promise<Subject> {
    return this.#begin(kind, name, false).ready()
  }

  #begin(kind: Kind, name: string, genesis: boolean): Subject {
    const { subjects, basePort } = this.#parts
    return subjects.begin(kind, {
      network: genesis ? 'test' : 'main',
      folder: this.#folder(kind, name),
      port: basePort + this.#kinds.indexOf(kind) * PORTS_PER_NODE,
      genesis,
    })
  }
}
