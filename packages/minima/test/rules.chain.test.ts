import { describe, expect, test } from 'vitest'
import { decode, encode, fromHex, toHex } from '../src/codec/index.ts'
import { MiniNumber } from '../src/number/index.ts'
import {
  blockWeight,
  Coin,
  formatWeight,
  Magic,
  nextMagic,
  TxBlock,
  TxPoW,
  txpowBurn,
  type Weight,
} from '../src/objects/index.ts'
import {
  type CheckResult,
  cascadeWeight,
  checkBasic,
  checkCoinProofs,
  checkRelayPolicy,
  checkScripts,
  checkSignatures,
  checkStateStore,
  checkTxBlock,
  factsOf,
  minimumBlockTime,
  networks,
  nextBlockDifficulty,
} from '../src/rules/index.ts'
import { readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'
import { ChainReplay, idOf, type ReplayNode } from './rules-chain-replay.ts'

type Verdict = boolean | 'exception'
interface Checks {
  basic: Verdict
  signatures: Verdict
  statestore: Verdict
  relaypolicy: Verdict
  scriptsattip: Verdict
  monotonic: boolean
  mmrattip: Verdict
}
interface RecordedBlock {
  number: string
  parent: string
  time: string
  difficulty: string
  superlevel: number
  weight: string
  txnlist: string[]
  txblock: string
  mmr: {
    root: string
    total: string
    entrynumber: string
    peaks: { row: number; entry: string; data: string; value: string }[]
  }
  coins: { coin: string }[]
  nextdifficulty: string
  mintime: string
  nextmagic: string
}
interface State {
  tip: string
  tipblock: string
  root: string
  rootblock: string
  treesize: number
  branchlength: number
  rootweight: string
  cascade: { length: number; weight: string; nodes: [number | string, number, number, string][] }
  mempool: string[]
}
interface Event {
  kind: string
  note: string
  txpow: string
  txpowid: string
  isblock: boolean
  superlevel: number
  weight: string
  /** The genesis and 257 small transactions are recorded in brief. */
  size?: number
  sizewithouttxns: number
  burn: string
  checks?: Checks
  intree?: boolean
  block?: RecordedBlock
  alsoadded?: { txpowid: string; block: RecordedBlock }[]
  state?: State
}

interface RealBlock {
  txpowid: string
  txpow: string
  txns: string[]
  block: RecordedBlock
  state: State
}

const parameters = networks.test
const sameWeight = (actual: Weight, recorded: string): void =>
  expect(
    MiniNumber.parse(formatWeight(actual)).compare(MiniNumber.parse(recorded)),
    `${formatWeight(actual)} ${recorded}`,
  ).toBe(0)
const accepts = (recorded: Verdict, result: CheckResult, what: string): void =>
  expect(result.ok, `${what}: ${result.ok ? '' : `${result.code} ${result.detail}`}`).toBe(recorded === true)

function expectUnit(event: Event, txpow: TxPoW): void {
  const facts = factsOf(txpow)
  expect(toHex(facts.id)).toBe(event.txpowid)
  if (event.size === undefined) return
  expect(facts.isBlock).toBe(event.isblock)
  expect(facts.superLevel).toBe(event.superlevel)
  expect(facts.size).toBe(event.size)
  expect(facts.sizeForLimits).toBe(event.sizewithouttxns)
  expect(txpowBurn(txpow).toString()).toBe(event.burn)
  sameWeight(blockWeight(facts.id, txpow.header), event.weight)
}

function expectChecks(checks: Checks, txpow: TxPoW, tip: ReplayNode): void {
  const scripts = checkScripts(txpow, tip.header)
  accepts(checks.basic, checkBasic(txpow), 'basic')
  accepts(checks.signatures, checkSignatures(txpow), 'signatures')
  accepts(checks.statestore, checkStateStore(txpow, tip.header.magic.currentMaxTxPoWSize.asLong()), 'state store')
  accepts(checks.relaypolicy, checkRelayPolicy(txpow), 'relay policy')
  accepts(checks.scriptsattip, scripts, 'scripts')
  accepts(checks.mmrattip, checkCoinProofs(txpow, tip.mmr), 'coin proofs')
  if (checks.scriptsattip !== 'exception') expect(scripts.monotonic).toBe(checks.monotonic)
}

function expectBlock(recorded: RecordedBlock, node: ReplayNode): void {
  expect(node.header.blockNumber.toString()).toBe(recorded.number)
  expect(toHex(node.header.superParents[0]!)).toBe(recorded.parent)
  expect(node.header.time.toString()).toBe(recorded.time)
  expect(toHex(node.header.blockDifficulty)).toBe(recorded.difficulty)
  expect(node.superLevel).toBe(recorded.superlevel)
  sameWeight(node.weight, recorded.weight)
  expect(node.txpow.body?.txpowIds.map(toHex)).toEqual(recorded.txnlist)
  expect(toHex(encode(TxBlock, node.txBlock))).toBe(recorded.txblock)
  const root = node.mmr.root()!
  expect({ root: toHex(root.data), total: root.value.toString(), entrynumber: String(node.mmr.entryNumber) }).toEqual({
    root: recorded.mmr.root,
    total: recorded.mmr.total,
    entrynumber: recorded.mmr.entrynumber,
  })
  expect(
    node.mmr.peaks().map(({ row, entry, data }) => ({
      row,
      entry: String(entry),
      data: toHex(data.data),
      value: data.value.toString(),
    })),
  ).toEqual(recorded.mmr.peaks)
  // Blocks of more than 40 coins are recorded without them.
  if (node.coins.length <= 40) {
    expect(node.coins.map((coin) => toHex(encode(Coin, coin)))).toEqual(recorded.coins.map(({ coin }) => coin))
  }
  expect(toHex(nextBlockDifficulty(node, parameters))).toBe(recorded.nextdifficulty)
  expect(minimumBlockTime(node, parameters).toString()).toBe(recorded.mintime)
  expect(toHex(encode(Magic, nextMagic(node.header.magic)))).toBe(recorded.nextmagic)
}

function expectState(state: State, chain: ChainReplay): void {
  expect({
    tip: toHex(chain.tip.id),
    tipblock: chain.tip.header.blockNumber.toString(),
    root: toHex(chain.root.id),
    rootblock: chain.root.header.blockNumber.toString(),
    treesize: chain.nodes.size,
    branchlength: chain.branchLength,
  }).toEqual({
    tip: state.tip,
    tipblock: state.tipblock,
    root: state.root,
    rootblock: state.rootblock,
    treesize: state.treesize,
    branchlength: state.branchlength,
  })
  // A mempool also drops what was refused several times; which those are is for the node's tests.
  expect(chain.mempool()).toEqual(expect.arrayContaining(state.mempool))
  sameWeight(chain.rootWeight, state.rootweight)
  expect(chain.cascade.length).toBe(state.cascade.length)
  sameWeight(chain.cascadeWeight, state.cascade.weight)
  expect(
    chain.cascade.map(({ header, level, superLevel }) => [header.blockNumber.toString(), level, superLevel]),
  ).toEqual(state.cascade.nodes.map(([number, level, superLevel]) => [String(number), level, superLevel]))
  for (const [i, node] of state.cascade.nodes.entries()) sameWeight(cascadeWeight(chain.cascade[i]!), node[3])
}

describe.skipIf(!vectorsAtHand)('the recorded chain of 113 heights (needs ../shared/vectors)', () => {
  test('every unit, block, branch, cascade and mempool comes out as in the reference', () => {
    const [genesis, ...events] = readVectors<{ events: Event[] }>('chain-A.json.gz').events
    const first = decode(TxPoW, fromHex(genesis!.txpow))
    expectUnit(genesis!, first)
    const chain = new ChainReplay(first, parameters)
    expectBlock(genesis!.block!, chain.root)
    for (const event of events) {
      const txpow = decode(TxPoW, fromHex(event.txpow))
      expectUnit(event, txpow)
      if (event.checks !== undefined) expectChecks(event.checks, txpow, chain.tip)
      chain.receive(txpow)
      expect(chain.nodes.has(event.txpowid), event.note).toBe(event.intree ?? false)
      if (event.block !== undefined) expectBlock(event.block, chain.nodes.get(event.txpowid)!)
      for (const { txpowid, block } of event.alsoadded ?? []) expectBlock(block, chain.nodes.get(txpowid)!)
      if (event.state !== undefined) expectState(event.state, chain)
    }
  })

  test('every block also passes the stricter check of synchronised blocks, and not with a coin added', () => {
    const events = readVectors<{ events: Event[] }>('chain-A.json.gz').events
    const chain = new ChainReplay(decode(TxPoW, fromHex(events[0]!.txpow)), parameters)
    let judged = 0
    for (const event of events.slice(1)) {
      const parent = event.block === undefined ? undefined : chain.nodes.get(event.block.parent)
      if (event.block !== undefined && parent !== undefined) {
        const txBlock = decode(TxBlock, fromHex(event.block.txblock))
        expect(checkTxBlock(txBlock, parent, chain.context()).ok, event.note).toBe(true)
        const [coin] = txBlock.newCoins
        const forged = { ...txBlock, newCoins: [...txBlock.newCoins, coin!] }
        if (coin !== undefined) {
          expect(checkTxBlock(forged, parent, chain.context())).toMatchObject({ ok: false, code: 'mmr-root' })
          judged++
        }
      }
      chain.receive(decode(TxPoW, fromHex(event.txpow)))
    }
    expect(judged).toBeGreaterThan(20)
  })

  test('the chain of an untouched node, with a natural fork, tokens and burns, comes out block by block', () => {
    const { blocks } = readVectors<{ blocks: RealBlock[] }>('chain-real.json.gz')
    const [genesis, ...rest] = blocks
    const chain = new ChainReplay(decode(TxPoW, fromHex(genesis!.txpow)), parameters)
    expectBlock(genesis!.block, chain.root)
    for (const { txpow, txns, block, txpowid } of rest) {
      for (const hex of txns) chain.receive(decode(TxPoW, fromHex(hex)))
      chain.receive(decode(TxPoW, fromHex(txpow)))
      expectBlock(block, chain.nodes.get(txpowid)!)
    }
    const { state } = blocks.at(-1)!
    expect(toHex(chain.tip.id)).toBe(state.tip)
    sameWeight(chain.cascadeWeight, state.cascade.weight)
  })

  test('a unit that is known by another body keeps its id', () => {
    const event = readVectors<{ events: Event[] }>('chain-A.json.gz').events[1]!
    const txpow = decode(TxPoW, fromHex(event.txpow))
    expect(idOf({ ...txpow, body: null })).toBe(event.txpowid)
  })
})
