import { bytesEqual, type Coin, encode, fromHex, superLevel, TxPoW, toHex, transactionId } from '@minipolis/minima'
import { toBase64 } from '../crypto/index.ts'
import type { BlockRef, Hex, Ledger, Submission } from '../ledger/ledger.ts'
import { type Log, type LogStore, parseCheckpoint, parseNote, type StoredCheckpoint } from '../log/index.ts'
import {
  ANCHOR_AMOUNT,
  type AnchorStatement,
  anchorKeyPurpose,
  anchorScript,
  anchorState,
  checkpointHash,
  foundingScript,
  logId,
  readAnchorState,
  successorCoinId,
} from './anchor-contract.ts'
import { AnchorError } from './anchor-error.ts'
import { type AnchorRecord, readAnchor, storeAnchor } from './anchor-record.ts'
import type { AnchorFounding, AnchorStore } from './anchor-store.ts'
import { collectCoin, collectProof, extendHeaders } from './collect.ts'
import { findSpend } from './find-spend.ts'

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
  /** What a person should know: refusals of the ledger, a lost coin, a log behind its anchor. */
  readonly onError: (error: unknown) => void
}

/** Anchors looked at in one step. */
const DUE_MAX = 64

/** How far ahead of its records an anchor chain is searched: a restored backup may have missed that many anchors. */
const AHEAD_MAX = 10_000

/** Blocks between two proofs that the live coin can still be exported. */
const KEEP_CHECK_BLOCKS = 64

/**
 * Anchors the checkpoints of one log, one live coin at a time, and collects what proves each anchor for ever.
 *
 * Nothing is kept in memory that matters: every step reads what is durable and what the ledger says, and writes before it acts,
 * so it may be cut anywhere. That two anchors are ever live is impossible by the contract: a second attempt spends the same coin.
 */
export class Anchorer {
  readonly #options: Required<AnchorerOptions>
  readonly #parts: AnchorerParts
  #work: Promise<void> = Promise.resolve()
  #reconciled = false
  #foundedAt: bigint | undefined
  #missingSince: bigint | undefined
  #keptAt: bigint | undefined

  constructor(options: AnchorerOptions, parts: AnchorerParts) {
    this.#options = { buryBlocks: 32, sealLevel: 16, repostBlocks: 10, ...options }
    this.#parts = parts
  }

  /**
   * Does what is due now: call it at each block, and whenever a checkpoint was signed. Calls queue up; failures go to `onError`
   * and the next call tries again.
   */
  step(): Promise<void> {
    this.#work = this.#work.then(() => this.#step()).catch((error) => this.#parts.onError(error))
    return this.#work
  }

  async #step(): Promise<void> {
    const { ledger, store } = this.#parts
    const tip = await ledger.tip()
    if (!tip) return
    const founding = await this.#found(tip)
    if (!founding) return
    if (!this.#reconciled) await this.#reconcile(founding, tip)
    for (const stored of await store.due(Number(tip.number), DUE_MAX)) await this.#follow(readAnchor(stored), tip)
    await this.#anchor(founding, tip)
    await this.#keep(tip)
  }

  /** The coin that the chain of anchors starts from; `undefined` while it is being made. */
  async #found(tip: BlockRef): Promise<AnchorFounding | undefined> {
    const { ledger, store, log } = this.#parts
    const known = await store.founding()
    if (known) return known
    const publicKey = await ledger.keyFor(anchorKeyPurpose(log.origin, 0))
    const address = await ledger.track(foundingScript(publicKey))
    const coins = (await ledger.coins({ address })).filter((coin) => coin.spent === 0)
    const oldest = coins.sort((a, b) => a.created.compare(b.created))[0]
    if (oldest) {
      if (!(await this.#isDeep(oldest, tip))) return undefined
      const coinId = toHex(oldest.coinId)
      const script = anchorScript(coinId)
      const founding = { coinId, publicKey, script, address: await ledger.track(script) }
      await store.putFounding(founding)
      return founding
    }
    if (this.#foundedAt === undefined || tip.number - this.#foundedAt >= BigInt(this.#options.repostBlocks)) {
      await ledger.submit({ outputs: [{ address, amount: ANCHOR_AMOUNT }], fund: true })
      this.#foundedAt = tip.number
    }
    return undefined
  }

  /** Once per process: watch the addresses, and hold the log and the records against the live coin. */
  async #reconcile(founding: AnchorFounding, tip: BlockRef): Promise<void> {
    const { ledger, store, log } = this.#parts
    await ledger.track(foundingScript(founding.publicKey))
    await ledger.track(founding.script)
    const newest = await store.newest()
    const record = newest && readAnchor(newest)
    const live = await this.#liveCoin(founding, record)
    if (live) {
      await log.assertExtends(live.statement, 'the live anchor coin')
      // The chain is ahead of the records: an older backup of the anchors alone. Pick the thread up at the live coin.
      if (live.statement.serial > (record?.serial ?? 0)) await this.#adopt(live, tip)
    }
    this.#reconciled = true
  }

  async #liveCoin(founding: AnchorFounding, record: AnchorRecord | undefined) {
    const coins = await this.#parts.ledger.coins({ address: founding.address })
    const unspent = new Map(coins.filter((coin) => coin.spent === 0).map((coin) => [toHex(coin.coinId), coin]))
    let spends = record?.spends ?? founding.coinId
    for (let i = 0; i < AHEAD_MAX && unspent.size > 0; i++) {
      const coinId = successorCoinId(spends)
      const coin = unspent.get(coinId)
      const statement = coin && readAnchorState(coin.state)
      if (statement) return { coinId, spends, statement }
      spends = coinId
    }
    return undefined
  }

  async #adopt(
    { coinId, spends, statement }: { coinId: Hex; spends: Hex; statement: AnchorStatement },
    tip: BlockRef,
  ): Promise<void> {
    const { store, logStore, log, ledger, now } = this.#parts
    const { size, serial } = statement
    const checkpoint = await logStore.checkpointAtMost(size)
    if (!checkpoint || !bytesEqual(hashOf(checkpoint), statement.checkpointHash)) {
      throw new AnchorError(
        'anchor-foreign',
        `the checkpoint that the live anchor ${serial} names is not in the database`,
        { serial, size },
      )
    }
    const record: AnchorRecord = {
      serial,
      state: 'posted',
      size,
      checkpoint: checkpoint.text,
      spends,
      coinId,
      madeMs: now(),
      since: Number(tip.number),
      publicKey: await ledger.keyFor(anchorKeyPurpose(log.origin, serial - 1)),
      nextKey: toHex(statement.nextKey),
      posted: null,
      proof: null,
    }
    await store.put(storeAnchor(record, Number(tip.number)))
  }

  async #follow(record: AnchorRecord, tip: BlockRef): Promise<void> {
    if (record.state === 'intended' || record.state === 'posted') await this.#awaitBlock(record, tip)
    else if (record.state === 'confirmed') await this.#awaitDepth(record, tip)
    else await this.#extend(record, tip)
  }

  async #awaitBlock(record: AnchorRecord, tip: BlockRef): Promise<void> {
    const { ledger } = this.#parts
    const seen = record.posted && (await ledger.inclusion(record.posted.txpowId))
    if (seen) return this.#confirm(record, tip)
    if ((await ledger.coins({ coinId: record.coinId })).some((coin) => coin.spent === 0)) {
      // Ours, but not the TxPoW we remember: posted twice, or posted just before a cut.
      const posted = await findSpend(ledger, record.spends, scanStart(record))
      if (posted) return this.#confirm({ ...record, posted: remember(posted.id, posted.txpow) }, tip)
    }
    if (Number(tip.number) - record.since < this.#options.repostBlocks) return this.#put(record, tip, 1)
    if (!(await ledger.coins({ coinId: record.spends })).some((coin) => coin.spent === 0)) {
      await this.#put({ ...record, since: Number(tip.number) }, tip, 1)
      throw new AnchorError(
        'anchor-lost',
        `anchor ${record.serial} is on no block, and the coin it spends is not there`,
        {
          serial: record.serial,
          spends: record.spends,
        },
      )
    }
    const again = { ...record, since: Number(tip.number) }
    await this.#put(again, tip, 1)
    await this.#post(again, tip)
  }

  async #confirm(record: AnchorRecord, tip: BlockRef): Promise<void> {
    const { ledger } = this.#parts
    const inclusion = record.posted && (await ledger.inclusion(record.posted.txpowId))
    const proof = inclusion ? await collectProof(ledger, inclusion, record.coinId) : undefined
    if (!proof) return this.#put(record, tip, 1)
    await this.#put({ ...record, state: 'confirmed', proof }, tip, 1)
  }

  async #awaitDepth(record: AnchorRecord, tip: BlockRef): Promise<void> {
    const inclusion = await this.#parts.ledger.inclusion(record.posted!.txpowId)
    if (!inclusion) return this.#put({ ...record, state: 'posted', proof: null, since: Number(tip.number) }, tip, 1)
    if (inclusion.block.id !== record.proof!.block.id || !record.proof!.coin) return this.#confirm(record, tip)
    const buried = inclusion.depth >= BigInt(this.#options.buryBlocks)
    await this.#put(buried ? { ...record, state: 'buried' } : record, tip, 1)
  }

  /** Moves the end of the header path to the highest super block since, ever more rarely, until it will be remembered for decades. */
  async #extend(record: AnchorRecord, tip: BlockRef): Promise<void> {
    const { ledger } = this.#parts
    const { proof } = record
    const top = await this.#highestSince(BigInt(proof!.coin?.block ?? proof!.block.number), tip)
    const headers = top && (await extendHeaders(ledger, proof!, top))
    const extended = headers ? { ...record, proof: { ...proof!, headers } } : record
    const sealed = headers !== undefined && top !== undefined && top.level >= this.#options.sealLevel
    if (sealed) return this.#parts.store.put(storeAnchor({ ...extended, state: 'sealed' }, null))
    await this.#put(extended, tip, Math.max(8, Number(tip.number) - proof!.block.number))
  }

  async #highestSince(number: bigint, tip: BlockRef) {
    const { ledger } = this.#parts
    const newest = await ledger.block({ id: tip.id })
    let tried: Hex | undefined
    for (const parent of newest?.txpow.header.superParents.toReversed() ?? []) {
      const id = toHex(parent)
      if (id === tried) continue
      tried = id
      const header = (await ledger.block({ id }))?.txpow.header
      if (header && header.blockNumber.toBigInt() > number)
        return { id, header, level: superLevel(parent, header.blockDifficulty) }
    }
    return undefined
  }

  /** Makes the next anchor when there is something new to anchor and the last one is firm. */
  async #anchor(founding: AnchorFounding, tip: BlockRef): Promise<void> {
    const { store, logStore, ledger, log, now } = this.#parts
    const newest = await store.newest()
    const last = newest && readAnchor(newest)
    if (last && (!last.proof || now() - last.madeMs < this.#options.everyMs)) return
    const checkpoint = await logStore.newestCheckpoint()
    if (!checkpoint || checkpoint.size <= (last?.size ?? 0)) return
    const spends = last?.coinId ?? founding.coinId
    const coin = (await ledger.coins({ coinId: spends })).find((candidate) => candidate.spent === 0)
    if (!coin) return last ? undefined : this.#refound(tip)
    if (!(await this.#isDeep(coin, tip))) return
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
    const { ledger, store, log } = this.#parts
    const founding = await store.founding()
    const checkpoint = parseCheckpoint(parseNote(record.checkpoint).text)
    const submission: Submission = await ledger.submit({
      inputs: [record.spends],
      outputs: [{ address: founding!.address, amount: ANCHOR_AMOUNT, storeState: true }],
      state: anchorState({
        logId: logId(log.origin),
        size: checkpoint.size,
        root: checkpoint.root,
        checkpointHash: checkpointHash(parseNote(record.checkpoint).text),
        serial: record.serial,
        nextKey: fromHex(record.nextKey),
      }),
      signers: [record.publicKey],
    })
    await this.#put({ ...record, state: 'posted', posted: remember(submission.txpowId, submission.txpow) }, tip, 1)
  }

  /** Nothing was ever anchored and the founding coin is gone: a re-organisation took it. Start again. */
  async #refound(tip: BlockRef): Promise<void> {
    this.#missingSince ??= tip.number
    if (tip.number - this.#missingSince < BigInt(this.#options.repostBlocks)) return
    this.#missingSince = undefined
    this.#foundedAt = undefined
    await this.#parts.store.putFounding(undefined)
  }

  /** The alarm of a keeper: the live coin must be provable from this ledger at any time. */
  async #keep(tip: BlockRef): Promise<void> {
    if (this.#keptAt !== undefined && tip.number - this.#keptAt < BigInt(KEEP_CHECK_BLOCKS)) return
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

  async #isDeep(coin: Coin, tip: BlockRef): Promise<boolean> {
    const { confirmDepth } = await this.#parts.ledger.network()
    return tip.number - coin.created.toBigInt() >= BigInt(confirmDepth)
  }

  #put(record: AnchorRecord, tip: BlockRef, inBlocks: number): Promise<void> {
    return this.#parts.store.put(storeAnchor(record, Number(tip.number) + inBlocks))
  }
}

const hashOf = (checkpoint: StoredCheckpoint): Uint8Array => checkpointHash(parseNote(checkpoint.text).text)

const remember = (txpowId: Hex, txpow: TxPoW) => ({
  transactionId: toHex(transactionId(txpow.body!.transaction)),
  txpowId,
  txpow: toBase64(encode(TxPoW, txpow)),
})

/** A transaction may stand in any block since its anchor was decided; with a margin for re-organisations. */
const scanStart = (record: AnchorRecord): bigint => BigInt(Math.max(0, record.since - 300))
