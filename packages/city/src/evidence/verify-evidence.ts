import { type Coin, MinipolisError, type TxBody, toHex } from '@minipolis/minima'
import { Check, Errors } from 'typebox/value'
import { readAnchorState } from '../anchor/index.ts'
import { canonicalJson, parseCanonicalJson } from '../canonical/index.ts'
import { type Ed25519, ed25519 } from '../crypto/index.ts'
import { blockBefore, checkCoin, checkHeaders, checkLive, checkTransaction, expectStatement } from './check-anchor.ts'
import { checkLineage } from './check-lineage.ts'
import { checkCheckpoint, checkInclusion } from './check-log.ts'
import { broken, checkCredentials, checkOrder, checkReadings, checkSignatures, gapsOf } from './check-packs.ts'
import { type AnchorEvidence, EVIDENCE_LENGTH_MAX, type Evidence, EvidenceSchema } from './evidence-schema.ts'
import type { EvidenceTrust, EvidenceVerdict, Link, LinkName } from './verdict.ts'

export interface VerifyOptions {
  readonly trust?: EvidenceTrust
  /** Milliseconds since 1970; a block from the future is then refused. */
  readonly nowMs?: number
  readonly ed25519?: Ed25519
}

/**
 * Judges evidence offline, from the file alone. Never throws for what is in the file: whatever is wrong is a link that does not
 * hold. Links after a broken one are still checked as far as they can be, so that the verdict says everything that is known.
 *
 * A text must be exactly as it was written (canonical JSON and one newline): any altered byte, a blank included, breaks the
 * link `file` at least. An object is judged by its content.
 */
export function verifyEvidence(evidence: unknown, options: VerifyOptions = {}): EvidenceVerdict {
  const checks = new Checks()
  const read = checks.run('file', () => readEvidence(evidence), 'the file is as it was written')
  if (!read) return { intact: false, complete: false, gaps: [], readings: [], time: {}, links: checks.links }
  const facts = judge(read, checks, options)
  const gaps = checks.holds('pack') ? gapsOf(read) : []
  const ordered = checks.holds('pack') && checks.holds('predecessor')
  return {
    intact: checks.links.every(({ ok }) => ok),
    complete: ordered && gaps.length === 0,
    gaps,
    readings: read.packs.flatMap(({ header: { unit }, readings }) => readings.map((reading) => ({ ...reading, unit }))),
    ...facts,
    links: checks.links,
  }
}

type Facts = Omit<EvidenceVerdict, 'intact' | 'complete' | 'gaps' | 'readings' | 'links'>

function judge(
  evidence: Evidence,
  checks: Checks,
  { trust = {}, nowMs, ed25519: crypto = ed25519 }: VerifyOptions,
): Facts {
  checks.run('credential', () => checkCredentials(evidence, trust, crypto))
  checks.run('signature', () => checkSignatures(evidence, crypto))
  checks.run('pack', () => checkReadings(evidence))
  checks.run('predecessor', () => checkOrder(evidence))
  const signed = checks.run(
    'checkpoint',
    () => checkCheckpoint(evidence, trust, crypto),
    'signed by the log and every witness shown',
  )
  if (!signed) {
    checks.fail('log', 'cannot be judged without its checkpoint')
    return { time: {} }
  }
  const { checkpoint } = signed
  checks.run('log', () => checkInclusion(evidence, checkpoint))
  const { anchor } = evidence
  const log = checkpoint.origin
  return anchor
    ? { log, ...judgeAnchor(evidence, anchor, signed, checks, trust, nowMs) }
    : { log, state: 'logged', time: {} }
}

function judgeAnchor(
  { packs }: Evidence,
  anchor: AnchorEvidence,
  signed: ReturnType<typeof checkCheckpoint>,
  checks: Checks,
  trust: EvidenceTrust,
  nowMs: number | undefined,
): Facts {
  const path = checks.run(
    'headers',
    () => checkHeaders(anchor, trust, nowMs),
    (found) => pathDetail(anchor, found.depth, trust),
  )
  if (!path) return { time: {} }
  const block = path.headers[0]!
  const body = anchor.transaction
    ? checks.run(
        'transaction',
        () => checkTransaction(anchor, block),
        `the anchor's transaction is in block ${anchor.block.number}`,
      )
    : undefined
  const transaction = body?.transaction
  const coin = anchor.coin
    ? checks.run(
        'coin',
        () => checkCoin(anchor, path.headers, transaction),
        `the anchor's coin is in the coin tree of block ${anchor.coin.block}`,
      )
    : undefined
  const address = checks.run(
    'anchor',
    () => checkStatements(body, coin, signed, trust),
    (line) => `names the checkpoint of ${signed.checkpoint.size} entries, in the line of anchors at ${line}`,
  )
  if (anchor.live) checks.run('live', () => checkLive(anchor, signed.checkpoint, address))
  const earliest = Math.min(...packs.map(({ logIndex }) => logIndex))
  const afterBlock = transaction && blockBefore(transaction, signed.checkpoint.origin, earliest)
  return {
    state: 'anchored',
    ...(address === undefined ? {} : { address }),
    block: anchor.block,
    time: { ...(afterBlock === undefined ? {} : { afterBlock }), notAfter: timeOf(block.time.toBigInt()) },
    depth: path.depth,
    difficulty: path.difficulty,
    asOf: { ...anchor.top, time: timeOf(path.headers.at(-1)!.time.toBigInt()) },
  }
}

/** Transaction and coin, as far as they are shown, anchor the checkpoint in one line of anchors. @returns its address */
function checkStatements(
  body: TxBody | undefined,
  coin: Coin | undefined,
  signed: ReturnType<typeof checkCheckpoint>,
  trust: EvidenceTrust,
): string {
  const lines: string[] = []
  if (body) lines.push(checkLineage(body, expectStatement(readAnchorState(body.transaction.state), signed)))
  if (coin) {
    expectStatement(readAnchorState(coin.state), signed)
    lines.push(toHex(coin.address))
  }
  const [address] = lines
  if (address === undefined) throw broken('neither transaction nor coin shows what was anchored')
  if (lines.some((line) => line !== address)) throw broken('transaction and coin are of two lines of anchors')
  if (trust.anchorAddresses && !trust.anchorAddresses.includes(address)) {
    throw broken(`the line of anchors at ${address} is not trusted`)
  }
  return address
}

function pathDetail({ headers, block, top }: AnchorEvidence, depth: number, { isOnChain }: EvidenceTrust): string {
  const known = isOnChain?.(top) === true ? ', which is on the chain that the checker knows' : ''
  return `${headers.length} headers lead from block ${block.number} over ${depth} blocks to block ${top.number}${known}`
}

/** Header times are numbers of any size; what no calendar has is shown as it is. */
function timeOf(ms: bigint): string {
  const date = new Date(Number(ms))
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString()
}

function readEvidence(evidence: unknown): Evidence {
  let value = evidence
  if (typeof evidence === 'string') {
    if (evidence.length > EVIDENCE_LENGTH_MAX) throw broken(`the file is longer than ${EVIDENCE_LENGTH_MAX} characters`)
    if (!evidence.endsWith('\n')) throw broken('the file does not end in a newline: it was cut or changed')
    value = parseCanonicalJson(evidence.slice(0, -1))
  } else {
    // An object may come with members that JSON cannot say.
    canonicalJson(evidence)
  }
  if (!Check(EvidenceSchema, value)) {
    const [error] = Errors(EvidenceSchema, value)
    throw broken(`the file is no evidence of version 1: ${error?.instancePath || '/'} ${error?.message ?? 'is wrong'}`)
  }
  return value
}

/** The links judged so far. */
class Checks {
  readonly links: Link[] = []

  /** Runs a check; what it throws as a typed error is why the link does not hold. */
  run<T>(name: LinkName, check: () => T, detail?: string | ((found: T) => string)): T | undefined {
    try {
      const found = check()
      const text = typeof detail === 'function' ? detail(found) : (detail ?? String(found))
      this.links.push({ name, ok: true, detail: text })
      return found
    } catch (error) {
      if (!(error instanceof MinipolisError)) throw error
      this.fail(name, error.message)
      return undefined
    }
  }

  fail(name: LinkName, detail: string): void {
    this.links.push({ name, ok: false, detail })
  }

  holds(name: LinkName): boolean {
    return this.links.every((link) => link.name !== name || link.ok)
  }
}
