import { beforeAll, describe, expect, test } from 'vitest'
import { bytesEqual, decode, encode, fromHex, toHex } from '../src/codec/index.ts'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import { bodyHash, isTransaction, TxPoW } from '../src/objects/index.ts'
import {
  applyTxBlock,
  type CheckResult,
  checkBasic,
  checkBlock,
  checkCoinProofs,
  checkRelayPolicy,
  checkScripts,
  checkSignatures,
  checkStateStore,
  checkTransactionInBlock,
  createTxBlock,
  factsOf,
  networks,
  type RejectCode,
} from '../src/rules/index.ts'
import { readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'
import { ChainReplay } from './rules-chain-replay.ts'

type Verdict = boolean | 'exception'
interface Encoding {
  kind: 'encoding'
  bytes: string
  txpowid?: string
  size?: number
  recoded?: string
}
interface Txn {
  kind: 'txn'
  txpow: string
  txpowid: string
  isblock: boolean
  istransaction: boolean
  checks: Record<'basic' | 'signatures' | 'statestore' | 'relaypolicy' | 'scriptsattip' | 'mmrattip', Verdict> & {
    monotonic: boolean
  }
  simple: Verdict
  asblocktxn: Verdict
}
interface Block {
  kind: 'block'
  txpow: string
  txns: string[]
  isblock: boolean
  parent: string
  basic: Verdict
  signatures: Verdict
  block: Verdict
}
type Case = { name: string; why: string; parses: Verdict } & (Encoding | Txn | Block)
interface CaseFile {
  template: string
  cases: Case[]
}

const file: CaseFile = vectorsAtHand ? readVectors<CaseFile>('chain-A-cases.json.gz') : { template: '', cases: [] }
const of = <K extends Case['kind']>(kind: K): (Case & { kind: K })[] =>
  file.cases.filter((c): c is Case & { kind: K } => c.kind === kind)
const unit = (hex: string): TxPoW => decode(TxPoW, fromHex(hex))

/** The reference throws where we refuse: both keep the unit out. */
const verdict = (recorded: Verdict, result: CheckResult, what: string): void =>
  expect(result.ok, `${what}: ${result.ok ? 'accepted' : `${result.code}, ${result.detail}`}`).toBe(recorded === true)

describe.skipIf(!vectorsAtHand)('mutated units on the recorded chain (needs ../shared/vectors)', () => {
  let chain: ChainReplay
  beforeAll(() => {
    const [genesis, ...events] = readVectors<{ events: { txpow: string }[] }>('chain-A.json.gz').events
    chain = new ChainReplay(unit(genesis!.txpow), networks.test)
    for (const event of events) chain.receive(unit(event.txpow))
  })

  for (const c of of('encoding')) {
    test(`encoding ${c.name}: ${c.why}`, () => {
      const bytes = fromHex(c.bytes)
      if (c.parses !== true) return expect(() => decode(TxPoW, bytes)).toThrow(MinipolisError)
      const { id, size } = factsOf(decode(TxPoW, bytes))
      expect(toHex(id)).toBe(c.txpowid)
      expect(size).toBe(c.size)
      expect(toHex(encode(TxPoW, decode(TxPoW, bytes)))).toBe(c.recoded ?? c.bytes)
    })
  }

  for (const c of of('txn')) {
    test(`transaction ${c.name}: ${c.why}`, () => {
      if (c.parses !== true) return expect(() => unit(c.txpow)).toThrow(MinipolisError)
      const { tip } = chain
      const txpow = unit(c.txpow)
      const template = unit(file.template)
      expect(factsOf(txpow).isBlock).toBe(c.isblock)
      expect(isTransaction(txpow)).toBe(c.istransaction)
      verdict(c.checks.basic, checkBasic(txpow), 'basic')
      verdict(c.checks.signatures, checkSignatures(txpow), 'signatures')
      verdict(c.checks.statestore, checkStateStore(txpow, tip.header.magic.currentMaxTxPoWSize.asLong()), 'state store')
      verdict(c.checks.relaypolicy, checkRelayPolicy(txpow), 'relay policy')
      const scripts = checkScripts(txpow, tip.header)
      verdict(c.checks.scriptsattip, scripts, 'scripts')
      if (c.checks.scriptsattip !== 'exception') expect(scripts.monotonic).toBe(c.checks.monotonic)
      verdict(c.checks.mmrattip, checkCoinProofs(txpow, tip.mmr), 'coin proofs')
      verdict(c.simple, checkTransactionInBlock(txpow, template.header, tip.mmr), 'in a block')
      verdict(c.asblocktxn, inBlock(template, txpow), 'as the transaction of a block')
    })
  }

  /** The verdict on the template that lists this one unit, root and total made to fit where that can be computed. */
  function inBlock(template: TxPoW, listed: TxPoW): CheckResult {
    const body = { ...template.body!, txpowIds: [factsOf(listed).id] }
    const block: TxPoW = { header: { ...template.header, bodyHash: bodyHash(body) }, body }
    let root = { data: block.header.mmrRoot, value: block.header.mmrTotal }
    try {
      root = applyTxBlock(createTxBlock(chain.tip.mmr, block, [listed])).mmr.root()!
    } catch (error) {
      expect(error).toBeInstanceOf(MinipolisError)
    }
    const header = { ...block.header, mmrRoot: root.data, mmrTotal: root.value }
    return checkBlock({ header, body }, [listed], chain.tip, chain.context())
  }

  for (const c of of('block')) {
    test(`block ${c.name}: ${c.why}`, () => {
      const block = unit(c.txpow)
      expect(factsOf(block).isBlock).toBe(c.isblock)
      expect(toHex(chain.tip.id)).toBe(c.parent)
      verdict(c.basic, checkBasic(block), 'basic')
      verdict(c.signatures, checkSignatures(block), 'signatures')
      const result = checkBlock(block, c.txns.map(unit), chain.tip, chain.context())
      verdict(c.block, result, 'block')
      if (result.ok) expect(bytesEqual(result.applied.mmr.root()!.data, block.header.mmrRoot)).toBe(true)
    })
  }

  const codes: readonly [check: string, code: RejectCode, cases: string][] = [
    ['basic', 'chain-id', 'chain-id'],
    ['basic', 'coin-used-twice', 'same-coin-twice burn-same-coin'],
    [
      'basic',
      'amount',
      'outputs-exceed-inputs zero-output negative-output token-overspend token-to-minima create-exceeds eltoo-two',
    ],
    ['basic', 'no-inputs', 'no-inputs'],
    ['basic', 'proof-count', 'no-proof'],
    ['basic', 'input-mismatch', 'input-amount-not-proof coinid-not-proof eltoo-amount'],
    ['basic', 'coin-spent', 'proof-coin-spent-flag'],
    ['basic', 'script-missing', 'script-missing script-wrong script-tree-no-proof'],
    ['basic', 'link-hash', 'main-link-hash burn-link burn-only'],
    ['basic', 'token-mismatch', 'token-null token-wrong-details create-null token-input-null'],
    ['signatures', 'signature', 'signature-bit signature-other-data state-after-signing'],
    ['in block', 'script-failed', 'signature-missing signature-other-key two-sig-one state-changed'],
    ['in block', 'token-script-failed', 'token-script-fail'],
    ['in block', 'overflow', 'create-overflow create-scale-64'],
    ['in block', 'transaction-work', 'txn-difficulty'],
    ['in block', 'txpow-size', 'too-large'],
    ['in block', 'state-size', 'state-store'],
    [
      'in block',
      'coin-proof',
      'coin-amount-inflated proof-chunk proof-future proof-before-root proof-entry double-spend-chain',
    ],
    ['relay', 'too-many-outputs', 'outputs-16 outputs-33'],
    ['block', 'block-number', 'block-number'],
    ['block', 'super-parent', 'block-parent block-superparent-first-unused block-superparent-top'],
    ['block', 'block-time', 'block-time-early block-time-late'],
    ['block', 'block-difficulty', 'block-difficulty block-difficulty-padded'],
    ['block', 'magic', 'block-magic-ops block-magic-work'],
    ['block', 'mmr-root', 'block-mmr-root block-mmr-total block-two-txns-swapped'],
    ['block', 'too-many-transactions', 'block-257-txns'],
    ['block', 'missing-transaction', 'block-missing-txn'],
    ['block', 'coin-used-twice', 'block-same-txn-twice block-double-spend block-own-double-spend'],
  ]

  test.each(codes)('%s says %s for: %s', (check, code, names) => {
    for (const name of names.split(' ')) {
      const c = file.cases.find((each) => each.name === name && each.kind !== 'encoding')
      if (c === undefined || c.kind === 'encoding') throw new TypeError(`no case ${name}`)
      const txpow = unit(c.txpow)
      const results: Record<string, () => CheckResult> = {
        basic: () => checkBasic(txpow),
        signatures: () => checkSignatures(txpow),
        relay: () => checkRelayPolicy(txpow),
        'in block': () => checkTransactionInBlock(txpow, unit(file.template).header, chain.tip.mmr),
        block: () => checkBlock(txpow, c.kind === 'block' ? c.txns.map(unit) : [], chain.tip, chain.context()),
      }
      expect(results[check]!(), name).toMatchObject({ ok: false, code })
    }
  })
})
