import { bytesEqual, decodeExact, headerId, TxHeader, toHex } from '@minipolis/minima'
import { fromBase64 } from '../crypto/index.ts'
import type { BlockRef, Hex, Ledger } from '../ledger/ledger.ts'
import { type Log, type LogStore, parseNote } from '../log/index.ts'
import { anchorKeyPurpose, checkpointHash, foundingScript, successorCoinId } from './anchor-contract.ts'
import { AnchorError } from './anchor-error.ts'
import { type AnchorRecord, readAnchor, storeAnchor } from './anchor-record.ts'
import type { AnchorFounding, AnchorStore } from './anchor-store.ts'
import { isUnspent } from './is-unspent.ts'
import { findLiveAnchor, type LiveAnchor } from './live-anchor.ts'

export interface ReconcileParts {
  readonly ledger: Ledger
  readonly store: AnchorStore
  readonly log: Log
  readonly logStore: Pick<LogStore, 'checkpointAtMost'>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Blocks after which an anchor without confirmation is posted again. */
  readonly repostBlocks: number
}

/** Where the line of anchors ends on the chain. */
interface LineEnd {
  /** 0 at the founding coin. */
  readonly serial: number
  readonly coinId: Hex
  /** The key that signs the next. */
  readonly nextKey: Hex
}

/**
 * Watches the addresses, and holds the log and the records of its anchors against what the chain says: the live coin. Records that
 * the chain does not have, after an older copy of it was put back, count as confirmed no more and are due for posting at once.
 *
 * @throws LogError `log-behind-published`, `log-diverged`; AnchorError `anchor-foreign`
 */
export async function reconcile(parts: ReconcileParts, founding: AnchorFounding, tip: BlockRef): Promise<void> {
  const { ledger, store, log } = parts
  await ledger.track(foundingScript(founding.publicKey))
  await ledger.track(founding.script)
  const newest = await store.newest()
  const record = newest && readAnchor(newest)
  const live = await findLiveAnchor(parts, founding, record?.spends ?? founding.coinId)
  if (live) {
    await log.assertExtends(live.statement, 'the live anchor coin')
    // The chain is ahead of the records: an older backup of the anchors alone. Pick the thread up at the live coin.
    if (live.statement.serial > (record?.serial ?? 0)) return adopt(parts, live, tip)
  }
  if (!record) return
  if (live) await proveAgain(parts, live, tip)
  const end = await lineEnd(parts, founding, live)
  if (end) await takeBack(parts, record, end, tip)
  else if (await isCutShort(store, record, tip)) {
    // Not even the founding coin is there: the line starts again from another one.
    await takeBack(parts, record, start(founding), tip)
    await store.putFounding(undefined)
  }
}

async function adopt(
  { store, logStore, log, ledger, now }: ReconcileParts,
  { coinId, spends, statement }: LiveAnchor,
  tip: BlockRef,
): Promise<void> {
  const { size, serial } = statement
  const checkpoint = await logStore.checkpointAtMost(size)
  if (!checkpoint || !bytesEqual(checkpointHash(parseNote(checkpoint.text).text), statement.checkpointHash)) {
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

/** The live anchor may stand on a chain that went back to just before the block its coin was proven at: then that is proven anew. */
async function proveAgain({ ledger, store }: ReconcileParts, { statement }: LiveAnchor, tip: BlockRef): Promise<void> {
  const stored = await store.get(statement.serial)
  const record = stored && readAnchor(stored)
  const { proof } = record ?? {}
  if (!record || !proof) return
  for (const text of proof.headers) {
    const header = decodeExact(TxHeader, fromBase64(text))
    const number = header.blockNumber.toBigInt()
    if (number > BigInt(proof.coin?.block ?? proof.block.number)) return
    const held = number > tip.number ? undefined : await ledger.block({ number })
    // A block below the tip that the ledger has forgotten is no block that went.
    if (held ? held.id === toHex(headerId(header)) : number <= tip.number) continue
    return store.put(
      storeAnchor({ ...record, state: 'posted', proof: null, since: Number(tip.number) }, Number(tip.number)),
    )
  }
}

/** `undefined` when the ledger knows neither the live coin nor an unspent founding coin. */
async function lineEnd(
  { ledger }: ReconcileParts,
  founding: AnchorFounding,
  live: LiveAnchor | undefined,
): Promise<LineEnd | undefined> {
  if (live) return { serial: live.statement.serial, coinId: live.coinId, nextKey: toHex(live.statement.nextKey) }
  return (await isUnspent(ledger, founding.coinId)) ? start(founding) : undefined
}

const start = ({ coinId, publicKey }: AnchorFounding): LineEnd => ({ serial: 0, coinId, nextKey: publicKey })

/**
 * Whether the chain ends before the block of a confirmed anchor. A chain of which not even that can be said may be any: a ledger
 * that was asked about addresses that it never watched. Then the records stand.
 */
async function isCutShort(store: AnchorStore, newest: AnchorRecord, tip: BlockRef): Promise<boolean> {
  const before = newest.proof ? undefined : await store.get(newest.serial - 1)
  const proof = newest.proof ?? (before && readAnchor(before).proof)
  return proof !== null && proof !== undefined && proof.block.number > Number(tip.number)
}

/** Takes back what the records say of anchors behind the end of the line, and threads them to it. */
async function takeBack(parts: ReconcileParts, newest: AnchorRecord, end: LineEnd, tip: BlockRef): Promise<void> {
  const { store, ledger, log, repostBlocks } = parts
  let { coinId: spends, nextKey: publicKey } = end
  for (let serial = end.serial + 1; serial <= newest.serial; serial++) {
    const stored = await store.get(serial)
    if (!stored) return
    const record = readAnchor(stored)
    const isSame = record.spends === spends && record.publicKey === publicKey
    const isOnTheWay = record.state === 'intended' || record.state === 'posted'
    const coinId = successorCoinId(spends)
    // A wallet that went back too may give other keys than it gave then.
    const nextKey = isSame && isOnTheWay ? record.nextKey : await ledger.keyFor(anchorKeyPurpose(log.origin, serial))
    if (!isSame || !isOnTheWay) {
      const posted = isSame ? record.posted : null
      const state = posted ? 'posted' : 'intended'
      const since = Number(tip.number) - repostBlocks
      const lost = { ...record, state, spends, coinId, publicKey, nextKey, posted, proof: null, since } as const
      await store.put(storeAnchor(lost, Number(tip.number)))
    }
    spends = coinId
    publicKey = nextKey
  }
}
