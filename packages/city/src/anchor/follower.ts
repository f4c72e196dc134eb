import { superLevel, toHex } from '@minipolis/minima'
import type { BlockRef, Hex, Ledger } from '../ledger/ledger.ts'
import { AnchorError } from './anchor-error.ts'
import { type AnchorRecord, postedUnit, storeAnchor } from './anchor-record.ts'
import type { AnchorStore } from './anchor-store.ts'
import { collectProof, extendHeaders } from './collect.ts'
import { findSpend } from './find-spend.ts'
import { isUnspent } from './is-unspent.ts'

export interface FollowerOptions {
  readonly buryBlocks: number
  readonly sealLevel: number
  readonly repostBlocks: number
}

/** Blocks before an anchor was decided that are searched for its transaction too: a re-organisation may have gone back. */
const SCAN_MARGIN_BLOCKS = 300

/** Blocks between two looks at a buried anchor, at least; the pause grows with its depth. */
const EXTEND_BLOCKS_MIN = 8

/** Follows one anchor from posting to its sealed evidence. Each step is a question to the ledger and one write. */
export class Follower {
  readonly #ledger: Ledger
  readonly #store: AnchorStore
  readonly #options: FollowerOptions
  readonly #post: (record: AnchorRecord, tip: BlockRef) => Promise<void>

  constructor(
    ledger: Ledger,
    store: AnchorStore,
    options: FollowerOptions,
    post: (record: AnchorRecord, tip: BlockRef) => Promise<void>,
  ) {
    this.#ledger = ledger
    this.#store = store
    this.#options = options
    this.#post = post
  }

  /** @throws AnchorError `anchor-lost` */
  async follow(record: AnchorRecord, tip: BlockRef): Promise<void> {
    if (record.state === 'intended' || record.state === 'posted') await this.#awaitBlock(record, tip)
    else if (record.state === 'confirmed') await this.#awaitDepth(record, tip)
    else await this.#extend(record, tip)
  }

  async #awaitBlock(record: AnchorRecord, tip: BlockRef): Promise<void> {
    if (record.posted && (await this.#ledger.inclusion(record.posted.txpowId))) return this.#confirm(record, tip)
    if (await isUnspent(this.#ledger, record.coinId)) {
      // Ours, but not the TxPoW we remember: posted twice, posted just before a cut, or made a block's own.
      const from = BigInt(Math.max(0, record.since - SCAN_MARGIN_BLOCKS))
      const found = await findSpend(this.#ledger, record.spends, from)
      if (found) return this.#confirm({ ...record, posted: postedUnit(found.id, found.txpow) }, tip)
    }
    if (Number(tip.number) - record.since < this.#options.repostBlocks) return this.#put(record, tip)
    const again: AnchorRecord = { ...record, since: Number(tip.number) }
    if (await isUnspent(this.#ledger, record.spends)) {
      await this.#put(again, tip)
      return this.#post(again, tip)
    }
    const before = await this.#store.get(record.serial - 1)
    // The anchor before was taken away as well: it is posted again first.
    if (before?.state === 'posted' || before?.state === 'intended') return this.#put(record, tip)
    await this.#put(again, tip)
    throw new AnchorError(
      'anchor-lost',
      `anchor ${record.serial} is on no block, and the coin it spends is not there`,
      {
        serial: record.serial,
        spends: record.spends,
      },
    )
  }

  async #confirm(record: AnchorRecord, tip: BlockRef): Promise<void> {
    const inclusion = record.posted && (await this.#ledger.inclusion(record.posted.txpowId))
    const proof = inclusion ? await collectProof(this.#ledger, inclusion, record.coinId) : undefined
    await this.#put(proof ? { ...record, state: 'confirmed', proof } : record, tip)
  }

  async #awaitDepth(record: AnchorRecord, tip: BlockRef): Promise<void> {
    const inclusion = await this.#ledger.inclusion(record.posted!.txpowId)
    if (!inclusion) return this.#put({ ...record, state: 'posted', proof: null, since: Number(tip.number) }, tip)
    if (inclusion.block.id !== record.proof!.block.id || !record.proof!.coin) return this.#confirm(record, tip)
    const depth = Number(inclusion.depth)
    const { buryBlocks } = this.#options
    if (depth >= buryBlocks) return this.#put({ ...record, state: 'buried' }, tip)
    // The deeper, the rarer a re-organisation: looks at depth 1, 2, 3, 4, 6, 9 … and at the last.
    await this.#put(record, tip, Math.max(1, Math.min(Math.floor(depth / 2), buryBlocks - depth)))
  }

  /** Moves the end of the header path to the highest super block since, ever more rarely, until it will be remembered for decades. */
  async #extend(record: AnchorRecord, tip: BlockRef): Promise<void> {
    const proof = record.proof!
    const top = await this.#highestSince(BigInt(proof.coin?.block ?? proof.block.number), tip)
    const headers = top && (await extendHeaders(this.#ledger, proof, top))
    const extended = headers ? { ...record, proof: { ...proof, headers } } : record
    const sealed = headers !== undefined && top !== undefined && top.level >= this.#options.sealLevel
    if (sealed) return this.#store.put(storeAnchor({ ...extended, state: 'sealed' }, null))
    await this.#put(extended, tip, Math.max(EXTEND_BLOCKS_MIN, Number(tip.number) - proof.block.number))
  }

  async #highestSince(number: bigint, tip: BlockRef) {
    const newest = await this.#ledger.block({ id: tip.id })
    let tried: Hex | undefined
    for (const parent of newest?.txpow.header.superParents.toReversed() ?? []) {
      const id = toHex(parent)
      if (id === tried) continue
      tried = id
      const header = (await this.#ledger.block({ id }))?.txpow.header
      if (!header || header.blockNumber.toBigInt() <= number) continue
      return { id, header, level: superLevel(parent, header.blockDifficulty) }
    }
    return undefined
  }

  #put(record: AnchorRecord, tip: BlockRef, inBlocks = 1): Promise<void> {
    return this.#store.put(storeAnchor(record, Number(tip.number) + inBlocks))
  }
}
