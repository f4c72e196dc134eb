import {
  addWeights,
  blockWeight,
  bodyHash,
  bytesEqual,
  formatWeight,
  headerId,
  isBlockId,
  outputCoinId,
  type Transaction,
  TxBody,
  TxHeader,
  TxPoW,
  toHex,
  txpowId,
  ZERO_WEIGHT,
} from '@minipolis/minima'
import { type AnchorStatement, checkpointHash, logId, readAnchorState } from '../anchor/index.ts'
import { fromLowerHex } from '../crypto/index.ts'
import { type Checkpoint, isConsistent, merkleHash } from '../log/index.ts'
import { provenCoin } from './check-coin.ts'
import { broken } from './check-packs.ts'
import type { AnchorEvidence } from './evidence-schema.ts'
import { readExact } from './exact-bytes.ts'
import type { EvidenceBlock, EvidenceTrust } from './verdict.ts'

export interface HeaderPathFacts {
  readonly headers: readonly TxHeader[]
  readonly depth: number
  readonly difficulty: string
}

/** A header's time may lie this far above the local clock before it is held to be made up. */
const AHEAD_MS_MAX = 24 * 60 * 60 * 1000

/** The headers name each other and each did the work it claims. */
export function checkHeaders(
  { headers: texts, block, top }: AnchorEvidence,
  trust: EvidenceTrust,
  nowMs?: number,
): HeaderPathFacts {
  const headers = texts.map((text) => readExact(TxHeader, text, 'header'))
  let work = ZERO_WEIGHT
  let below: Uint8Array | undefined
  for (const [i, header] of headers.entries()) {
    const id = headerId(header)
    if (!isBlockId(id, header)) throw broken(`header ${i} does not do the work it claims`)
    if (below && !header.superParents.some((parent) => bytesEqual(parent, below!))) {
      throw broken(`block ${header.blockNumber} does not name the block before it on the path`)
    }
    if (i > 0 && !header.blockNumber.moreThan(headers[i - 1]!.blockNumber))
      throw broken('the block numbers do not rise')
    work = addWeights(work, blockWeight(id, header))
    below = id
  }
  expectBlock(headers[0]!, block, 'first')
  expectBlock(headers.at(-1)!, top, 'last')
  if (nowMs !== undefined && headers[0]!.time.toBigInt() > BigInt(nowMs + AHEAD_MS_MAX)) {
    throw broken(`block ${block.number} claims a time that has not come yet`)
  }
  if (trust.isOnChain?.(top) === false) throw broken(`block ${top.number} is not on the chain that the checker knows`)
  return { headers, depth: top.number - block.number, difficulty: formatWeight(work) }
}

function expectBlock(header: TxHeader, { number, id }: EvidenceBlock, which: string): void {
  if (toHex(headerId(header)) !== id || header.blockNumber.toString() !== String(number)) {
    throw broken(`the ${which} header is not that of block ${number}`)
  }
}

/** The body of the anchor's unit: it is in the block by the block's body, or is the block. */
export function checkTransaction({ transaction }: AnchorEvidence, header: TxHeader): TxBody {
  const txpow = readExact(TxPoW, transaction!.txpow, 'transaction unit')
  if (!txpow.body || !bytesEqual(bodyHash(txpow.body), txpow.header.bodyHash))
    throw broken('the transaction is not the one its unit names')
  const id = txpowId(txpow)
  if (transaction!.body === null) {
    if (!bytesEqual(id, headerId(header))) throw broken('the transaction is not the own one of the block')
    return txpow.body
  }
  const body = readExact(TxBody, transaction!.body, 'block body')
  if (!bytesEqual(bodyHash(body), header.bodyHash)) throw broken(`the body is not that of block ${header.blockNumber}`)
  if (!body.txpowIds.some((listed) => bytesEqual(listed, id)))
    throw broken(`block ${header.blockNumber} does not list the transaction`)
  return txpow.body
}

/** What an anchor says is what the checkpoint says. */
export function expectStatement(
  statement: AnchorStatement | undefined,
  { checkpoint, noteText }: { checkpoint: Checkpoint; noteText: string },
): AnchorStatement {
  if (!statement) throw broken('it carries no anchor')
  if (!bytesEqual(statement.logId, logId(checkpoint.origin)))
    throw broken(`it anchors another log than ${checkpoint.origin}`)
  const same =
    statement.size === checkpoint.size &&
    bytesEqual(statement.root, checkpoint.root) &&
    bytesEqual(statement.checkpointHash, checkpointHash(noteText))
  if (!same) throw broken('it anchors another checkpoint than the one shown')
  return statement
}

/** The block after which the readings entered the log, where the anchor before shows it did not hold them. */
export function blockBefore(transaction: Transaction, origin: string, logIndex: number): number | undefined {
  const [input] = transaction.inputs
  const before = input && readAnchorState(input.state)
  if (!before || !bytesEqual(before.logId, logId(origin)) || before.size > logIndex) return undefined
  return Number(input.created.toString())
}

/** The anchor's coin is in the coin tree of a block of the path. */
export function checkCoin(
  anchor: AnchorEvidence,
  headers: readonly TxHeader[],
  transaction: Transaction | undefined,
): ReturnType<typeof provenCoin> {
  const header = headers.find(({ blockNumber }) => blockNumber.toString() === String(anchor.coin!.block))
  if (!header) throw broken(`the header of block ${anchor.coin!.block} is not on the path`)
  const coin = provenCoin(anchor.coin!, header)
  if (coin.created.toString() !== String(anchor.block.number))
    throw broken(`the coin was made in block ${coin.created}, not ${anchor.block.number}`)
  const spent = transaction?.inputs[0]
  if (spent && !bytesEqual(coin.coinId, outputCoinId(spent.coinId, 0)))
    throw broken('the coin is not the one that the transaction made')
  return coin
}

/** The live anchor coin names a tree that begins with the checkpoint's. */
export function checkLive({ live }: AnchorEvidence, checkpoint: Checkpoint, address: string | undefined): string {
  const header = readExact(TxHeader, live!.header, 'header')
  expectBlock(header, live!.block, 'live')
  if (!isBlockId(headerId(header), header)) throw broken('the header of the live coin does not do the work it claims')
  const coin = provenCoin(live!, header)
  if (address !== undefined && toHex(coin.address) !== address)
    throw broken('the live coin is of another line of anchors')
  const statement = readAnchorState(coin.state)
  if (!statement || !bytesEqual(statement.logId, logId(checkpoint.origin)))
    throw broken('the live coin is no anchor of this log')
  const path = live!.consistency.map((text) => fromLowerHex(text))
  if (!isConsistent(merkleHash, checkpoint, statement, path)) {
    throw broken(
      `the live anchor's tree of ${statement.size} entries does not begin with this one of ${checkpoint.size}`,
    )
  }
  return `the live anchor ${statement.serial} of ${statement.size} entries, seen in block ${live!.block.number}, covers this one`
}
