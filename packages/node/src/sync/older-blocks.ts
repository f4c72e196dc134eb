import { bytesEqual, decode, encode, factsOf, parentId, TxBlock, TxPoW } from '@minipolis/minima'
import { ARCHIVE_BLOCKS_MAX } from '../chain/index.ts'
import type { SyncResult } from '../peers/index.ts'
import { PLACE, type StoredBlock } from '../store/index.ts'
import { IbdReader } from '../wire/index.ts'
import type { NodeHolder } from './node-holder.ts'
import { SyncError } from './sync-error.ts'

/** Milliseconds of history that is fetched: 50 days. Source: spec 05 section 16.6 */
const HISTORY_MS = 50 * 24 * 60 * 60 * 1000

/** Fills the archive backwards from the oldest block it has. */
export class OlderBlocks {
  readonly #holder: NodeHolder
  readonly #now: () => number

  constructor(holder: NodeHolder, now: () => number) {
    this.#holder = holder
    this.#now = now
  }

  /** Wire form of the TxPoW below which blocks are wanted; undefined when history is complete, or old enough. */
  below(): Uint8Array | undefined {
    const oldest = this.#oldest()
    const tip = this.#holder.chain.tip
    if (oldest === undefined || tip === undefined || oldest.number <= 1) return undefined
    if (tip.number - oldest.number >= ARCHIVE_BLOCKS_MAX) return undefined
    const { txpow } = decode(TxBlock, oldest.txblock)
    return this.#now() - Number(txpow.header.time.toBigInt()) > HISTORY_MS ? undefined : encode(TxPoW, txpow)
  }

  /**
   * Stores blocks that lead down from the oldest one, each the parent of the one before: their ids are bound by hashes of what
   * we have. What comes after a gap is left. @throws SyncError `false-block`, CodecError
   */
  take(payload: Uint8Array): SyncResult {
    const reader = new IbdReader(payload)
    let above = this.#oldest()
    let added = 0
    if (above === undefined) return { kind: 'done', added, missing: [] }
    let wanted = parentId(decode(TxBlock, above.txblock).txpow.header)
    const { blocks } = this.#holder.store
    this.#holder.store.transact(() => {
      for (let block = reader.next(); block !== undefined; block = reader.next()) {
        const { header } = block.txpow
        const { id, isBlock } = factsOf(block.txpow)
        // Another peer answered the same question meanwhile.
        if (blocks.get(id)?.place === PLACE.archive) continue
        const number = Number(header.blockNumber.toBigInt())
        // A peer of the reference whose tree goes further back than ours leaves out what it has in there.
        if (number < above!.number - 1) break
        if (!isBlock || number !== above!.number - 1 || !bytesEqual(id, wanted)) {
          throw new SyncError('false-block', `block ${header.blockNumber} is not the parent of block ${above!.number}`)
        }
        const stored = { id, number, txblock: encode(TxBlock, block) }
        blocks.add(stored, block.txpow.body?.txpowIds ?? [])
        blocks.archive(id)
        above = { ...stored, place: above!.place }
        wanted = parentId(header)
        added++
      }
    })
    return { kind: 'done', added, missing: [] }
  }

  #oldest(): StoredBlock | undefined {
    const { blocks } = this.#holder.store
    const number = blocks.oldestArchived()
    const root = this.#holder.chain.tree.root
    if (number !== undefined) return blocks.archived(number)
    return root && blocks.get(root.id)
  }
}
