import { fromHex } from '@minipolis/minima'
import type { BlockRef, Ledger, Submission } from '../ledger/ledger.ts'
import { type Log, type LogStore, parseCheckpoint, parseNote } from '../log/index.ts'
import {
  ANCHOR_AMOUNT,
  anchorKeyPurpose,
  anchorState,
  checkpointHash,
  logId,
  successorCoinId,
} from './anchor-contract.ts'
import { AnchorError } from './anchor-error.ts'
import { type AnchorRecord, postedUnit, readAnchor, storeAnchor } from './anchor-record.ts'
import type { AnchorFounding, AnchorStore } from './anchor-store.ts'
import { collectCoin } from './collect.ts'
import { Follower } from './follower.ts'
import { Founder, isDeep } from './founder.ts'
import { isUnspent } from './is-unspent.ts'
import { reconcile } from './reconcile.ts'
import { Troubles } from './troubles.ts'

export interface AnchorerOptions {
  /** Least time between two anchors, milliseconds. */
  readonly everyMs: number
  /** Depth at which an anchor counts as buried; 32 by default. */
  readonly buryBlocks?: number
  /** Super level at which evidence is sealed; 16 by default, kept by every node for about 30 years of 50 s blocks. */
  readonly sealLevel?: number
  /** Blocks without confirmation after which an anchor is posted again; 10 by default. */
  readonly repostBlocks?: number
}

export interface AnchorerParts {
  readonly ledger: Ledger
  readonly store: AnchorStore
  readonly log: Log
  readonly logStore: Pick<LogStore, 'newestCheckpoint' | 'checkpointAtMost'>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** What a person should know: refusals of the ledger, a lost coin, a log behind its anchor. Not a ledger that is busy. */
  readonly onError: (error: unknown) => void
}

/** Anchors looked at in one step. */
const DUE_MAX = 64

/** A tip that is so many blocks lower than before is no re-organisation. */
const ROLLED_BACK_BLOCKS = 16n

/** Blocks between two proofs that the live coin can still be exported. */
const KEEP_CHECK_BLOCKS = 64n

/**
 * Anchors the checkpoints of one log, one live coin at a time, and collects what proves each anchor for ever.
 *
 * Nothing is kept in memory that matters: every step reads what is durable and what the ledger says, and writes before it acts,
 * so it may be cut anywhere. That two anchors are ever live is impossible by the contract: a second attempt spends the same coin.
 */
export class Anchorer {
  readonly #everyMs: number
  readonly #parts: AnchorerParts
  readonly #founder: Founder
  readonly #follower: Follower
  readonly #troubles: Troubles
  #work: Promise<void> = Promise.resolve()
  #reconciled = false
  readonly #repostBlocks: number
  #keptAt: bigint | undefined
  /** Of the tip at the last step. */
  #height: bigint | undefined

  constructor({ everyMs, buryBlocks = 32, sealLevel = 16, repostBlocks = 10 }: AnchorerOptions, parts: AnchorerParts) {
    const { ledger, store, log } = parts
    this.#everyMs = everyMs
    this.#parts = parts
    this.#repostBlocks = repostBlocks
    this.#troubles = new Troubles(parts.onError)
    this.#founder = new Founder(ledger, store, log.origin, repostBlocks)
    this.#follower = new Follower(ledger, store, { buryBlocks, sealLevel, repostBlocks }, (record, tip) =>
      this.#post(record, tip),
    )
  }

  /**
   * Does what is due now: call it at each block, and whenever a checkpoint was signed. Calls queue up; failures go to `onError`,
   * each once while it lasts, and the next call tries again.
   *
   * @param options.now anchors what is new without waiting for the interval to pass
   */
  step({ now = false }: { readonly now?: boolean } = {}): Promise<void> {
    this.#work = this.#work.then(() => this.#troubles.during(() => this.#step(now)))
    return this.#work
  }

  /**
   * Holds log and records against the live coin, if that was not done yet. `step` does it too; call it before anybody is shown what
   * is anchored.
   */
  reconcile(): Promise<void> {
    const work = async (): Promise<void> => {
      const [tip, founding] = [await this.#parts.ledger.tip(), await this.#parts.store.founding()]
      if (tip && founding && !this.#reconciled) await this.#reconcile(founding, tip)
    }
    this.#work = this.#work.then(() => this.#troubles.during(work))
    return this.#work
  }

  async #step(hurried: boolean): Promise<void> {
    const { ledger, store } = this.#parts
    const tip = await ledger.tip()
    if (!tip) return
    const founding = await this.#founder.found(tip)
    if (!founding) return
    // Never in the life of a chain, but when an older copy of it was put back.
    if (this.#height !== undefined && tip.number + ROLLED_BACK_BLOCKS < this.#height) this.#reconciled = false
    this.#height = tip.number
    if (!this.#reconciled) await this.#reconcile(founding, tip)
    if (!this.#reconciled) return
    for (const stored of await store.due(Number(tip.number), DUE_MAX)) {
      try {
        await this.#follower.follow(readAnchor(stored), tip)
      } catch (error) {
        // One anchor in trouble must not keep the others from their evidence.
        this.#troubles.meet(error)
      }
    }
    await this.#anchor(founding, tip, hurried)
    await this.#keep(tip)
  }

  async #reconcile(founding: AnchorFounding, tip: BlockRef): Promise<void> {
    await reconcile({ ...this.#parts, repostBlocks: this.#repostBlocks }, founding, tip)
    // A founding coin that is gone is looked for anew, and the records are held against the one that takes its place.
    this.#reconciled = (await this.#parts.store.founding()) !== undefined
  }

  /** Makes the next anchor when there is something new to anchor and the last one is firm. */
  async #anchor(founding: AnchorFounding, tip: BlockRef, hurried: boolean): Promise<void> {
    const { store, logStore, ledger, log, now } = this.#parts
    const newest = await store.newest()
    const last = newest && readAnchor(newest)
    if (last && (!last.proof || (!hurried && now() - last.madeMs < this.#everyMs))) return
    const checkpoint = await logStore.newestCheckpoint()
    if (!checkpoint || checkpoint.size <= (last?.size ?? 0)) return
    const spends = last?.coinId ?? founding.coinId
    const coin = (await ledger.coins({ coinId: spends })).find((candidate) => candidate.spent === 0)
    if (!coin) return last ? undefined : this.#founder.missing(tip)
    if (!(await isDeep(ledger, coin, tip))) return
    const serial = (last?.serial ?? 0) + 1
    const record: AnchorRecord = {
      serial,
      state: 'intended',
      size: checkpoint.size,
      checkpoint: checkpoint.text,
      spends,
      coinId: successorCoinId(spends),
      madeMs: now(),
      since: Number(tip.number),
      publicKey: last?.nextKey ?? founding.publicKey,
      nextKey: await ledger.keyFor(anchorKeyPurpose(log.origin, serial)),
      posted: null,
      proof: null,
    }
    await store.put(storeAnchor(record, Number(tip.number) + 1))
    await this.#post(record, tip)
  }

  async #post(record: AnchorRecord, tip: BlockRef): Promise<void> {
    const { ledger, store } = this.#parts
    const submission = await this.#submit(record).catch(async (error: unknown) => {
      // Posted before, and in a block just now: the next step finds it there.
      if (await isUnspent(ledger, record.coinId)) return undefined
      throw error
    })
    if (!submission) return
    const { txpowId, txpow } = submission
    const posted: AnchorRecord = { ...record, state: 'posted', posted: postedUnit(txpowId, txpow) }
    await store.put(storeAnchor(posted, Number(tip.number) + 1))
  }

  async #submit(record: AnchorRecord): Promise<Submission> {
    const { ledger, store, log } = this.#parts
    const founding = await store.founding()
    const { text } = parseNote(record.checkpoint)
    const { size, root } = parseCheckpoint(text)
    return ledger.submit({
      inputs: [record.spends],
      outputs: [{ address: founding!.address, amount: ANCHOR_AMOUNT, storeState: true }],
      state: anchorState({
        logId: logId(log.origin),
        size,
        root,
        checkpointHash: checkpointHash(text),
        serial: record.serial,
        nextKey: fromHex(record.nextKey),
      }),
      signers: [record.publicKey],
    })
  }

  /** The alarm of a keeper: the live coin must be provable from this ledger at any time. */
  async #keep(tip: BlockRef): Promise<void> {
    if (this.#keptAt !== undefined && tip.number - this.#keptAt < KEEP_CHECK_BLOCKS) return
    const newest = await this.#parts.store.newest()
    const record = newest && readAnchor(newest)
    if (!record?.proof || Number(tip.number) - record.proof.block.number < 2) return
    this.#keptAt = tip.number
    if (!(await collectCoin(this.#parts.ledger, record.coinId))) {
      throw new AnchorError('anchor-lost', `the ledger cannot prove the live anchor coin ${record.coinId}`, {
        coinId: record.coinId,
      })
    }
  }
}
