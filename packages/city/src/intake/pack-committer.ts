import { chained, type HashList, type Log, type LogBatch, LogError } from '../log/index.ts'
import type { Query, Store } from '../store/index.ts'
import type { CheckedPack } from './pack-check.ts'
import { type AcceptedPack, PackWriter } from './pack-writer.ts'
import type { Quarantine, QuarantineEntry } from './quarantine.ts'
import type { Outcome, Receipt } from './receipt.ts'
import { Refusal } from './refusal.ts'
import { StreamHeads, StreamPlaces } from './stream-places.ts'

/** Where a pack came from, for quarantine. */
export interface PackOrigin {
  readonly door: string
  readonly device: string | undefined
  readonly stream: string | undefined
  /** The message as received. Asked for only when the pack is refused. */
  payload(): Uint8Array
}

export interface CheckedItem {
  readonly checked: CheckedPack | Refusal
  readonly origin: PackOrigin
}

export interface Commit {
  /** One for each item, in their order. */
  readonly outcomes: readonly Outcome[]
  readonly accepted: readonly AcceptedPack[]
}

export interface PackCommitterParts {
  readonly store: Store
  readonly log: Log
  readonly quarantine: Quarantine
  readonly now: () => number
}

/** How often a commit is tried when other servers append to the same log at the same time. */
const ATTEMPTS_MAX = 8

/**
 * Makes packs durable: readings, log leaves, tree head, stream heads and quarantine in one transaction. One commit at a time.
 */
export class PackCommitter {
  readonly #parts: PackCommitterParts
  readonly #writer = new PackWriter()
  readonly #heads = new StreamHeads()
  /** Memory may differ from what is durable: after a failure, or when another server was faster. */
  #stale = false

  constructor(parts: PackCommitterParts) {
    this.#parts = parts
  }

  /**
   * All items become durable, or none.
   *
   * @throws StoreError as the engine answers; LogError when the log may not grow
   */
  async commit(items: readonly CheckedItem[]): Promise<Commit> {
    for (let attempt = 1; ; attempt++) {
      try {
        if (this.#stale) await this.#refresh()
        return await this.#commit(items)
      } catch (error) {
        this.#stale = true
        const moved = error instanceof LogError && error.code === 'log-moved'
        if (!moved || attempt === ATTEMPTS_MAX) throw error
      }
    }
  }

  async #refresh(): Promise<void> {
    await this.#parts.log.reload()
    this.#heads.forget()
    this.#stale = false
  }

  async #commit(items: readonly CheckedItem[]): Promise<Commit> {
    const { store, log } = this.#parts
    const { commit, batch, places } = await store.transaction((tx) => this.#write(tx, items))
    if (batch) log.commit(batch)
    this.#heads.keep(places.moved())
    return commit
  }

  async #write(
    tx: Query,
    items: readonly CheckedItem[],
  ): Promise<{ commit: Commit; batch: LogBatch | undefined; places: StreamPlaces }> {
    const { log, quarantine, now } = this.#parts
    const receivedMs = now()
    const outcomes: Outcome[] = []
    const accepted: AcceptedPack[] = []
    const refused: QuarantineEntry[] = []
    const leafHashes: HashList[] = []
    let logEnd = log.size
    const places = await StreamPlaces.open(tx, this.#heads, streamNos(items))

    const refuse = ({ code, detail }: Refusal, { door, device, stream, payload }: PackOrigin) => {
      outcomes.push({ kind: 'refused', code, detail })
      refused.push({ code, detail, door, device, stream, payload: payload() })
    }

    for (const { checked, origin } of items) {
      if (checked instanceof Refusal) {
        refuse(checked, origin)
        continue
      }
      const placement = await places.judge(checked)
      if (placement.kind === 'refused') refuse(placement.refusal, origin)
      else if (placement.kind === 'duplicate')
        outcomes.push({ kind: 'accepted', receipt: receiptOf(checked, placement.of.logFirst, { duplicate: true }) })
      else {
        const logFirst = logEnd
        logEnd += checked.seal.leafHashes.length
        const missing = placement.kind === 'append' ? placement.missing : 0
        places.place(checked, logFirst)
        leafHashes.push(checked.seal.leafHashes)
        accepted.push({ ...checked, logFirst, receivedMs, missing })
        outcomes.push({ kind: 'accepted', receipt: receiptOf(checked, logFirst, { missing }) })
      }
    }

    let batch: LogBatch | undefined
    if (accepted.length > 0) {
      batch = log.plan(chained(leafHashes))
      await this.#writer.write(tx, accepted, places.moved(), batch)
    }
    if (refused.length > 0) await quarantine.putIn(tx, refused)
    return { commit: { outcomes, accepted }, batch, places }
  }
}

function* streamNos(items: readonly CheckedItem[]): Iterable<number> {
  for (const { checked } of items) if (!(checked instanceof Refusal)) yield checked.stream.no
}

const receiptOf = (
  { pack, seal }: CheckedPack,
  logFirst: number,
  { duplicate = false, missing = 0 }: { readonly duplicate?: boolean; readonly missing?: number },
): Receipt => ({
  pack: seal.idHex,
  stream: pack.stream,
  first: pack.first,
  count: pack.readings.length,
  logFirst,
  duplicate,
  missing,
})
