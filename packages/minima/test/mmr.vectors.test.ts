import { describe, expect, test } from 'vitest'
import { decode, encode, fromHex, miniNumber, Reader, toHex } from '../src/codec/index.ts'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import {
  calculateProof,
  checkUserProof,
  createUserTree,
  EntryNumber,
  formatEntryNumber,
  leafNode,
  MMR,
  type MMRData,
  MMREntry,
  MMRProof,
  parentNode,
  pruneSpent,
  pruneUnspendable,
  StoredMMR,
  userLeaf,
} from '../src/mmr/index.ts'
import { MiniNumber } from '../src/number/index.ts'
import { readFixture, readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'

interface Node {
  data: string
  value: string
  valueHex?: string
}
interface Peak extends Node {
  row: number
  entry: string
}
interface Outcome {
  expect: 'ok' | 'reject'
}
interface State {
  peaks: Peak[]
  root: Node | null
}
type Case = { name: string } & Outcome &
  (
    | { op: 'leaf'; data: string; value: string; result: Node }
    | { op: 'parent'; left: Node; right: Node; result: Node }
    | ({ op: 'tree'; leaves: Node[]; entrynumber: string; nodes: number; proofs: TreeProof[] } & State)
    | { op: 'update'; leaves: Node[]; rootBefore: Node; steps: (State & { entry: number; proof: string } & Node)[] }
    | { op: 'blocks'; blocks: Block[]; checks: BlockCheck[] }
    | {
        op: 'prune'
        leaves: Node[]
        setToZero: number[]
        zeroLeafData: string
        root: Node
        rootAfter: Node
        nodesBefore: string[]
        nodesAfter: string[]
      }
    | {
        op: 'unspendable'
        leaves: Node[]
        unspendable: number[]
        nodesAfter: string[]
        prunedLeaves: string[]
        root: Node
      }
    | {
        op: 'proof.decode'
        hex: string
        remaining: number
        reencoded: string
        json: ProofJson
        calculate: Node & { result?: Node; error?: string }
      }
    | { op: 'entry.encode'; row: number; entry: string; data: Node; hex: string; entryNumberHex: string }
    | { op: 'entry.decode'; hex: string; reencoded: string; json: { row: number; entry: string; data: Node } }
    | ({ op: 'mmr.decode'; hex: string; block: string; entrynumber: string; nodes: string[] } & State)
    | {
        op: 'mmrcreate'
        nodes: string[]
        response: { nodes: { entry: number; data: string; value: string; proof: string }[]; total: number; root: Node }
      }
    | {
        op: 'mmrproof'
        data: string
        proof: string
        root: string
        response: { input: string; leaf: Node; finaldata: Node; valid: boolean }
      }
    | { op: 'script' }
  )
interface TreeProof {
  entry: number
  leaf: string
  proofToPeak: string
  proof: string
  peakOk: boolean
  rootOk: boolean
}
interface ProofJson {
  blocktime: string
  proof: { left: boolean; data: Node }[]
  prooflength: number
}
interface Block extends State {
  block: string
  updates: ({ entry: number } & Node)[]
  adds: Node[]
  entrynumber: string
  storedNodes: string[]
}
interface BlockCheck {
  what: string
  atBlock: string
  entry: number
  leaf: Node
  proof: string
  valid: boolean
}

const number = (text: string): MiniNumber => MiniNumber.parse(text)
const node = ({ data, value, valueHex }: Node): MMRData => ({
  data: fromHex(data),
  value: valueHex === undefined ? number(value) : decode(miniNumber, fromHex(valueHex)),
})
const leaf = ({ data, value }: Node): MMRData => userLeaf(data, number(value))
const proofHex = (proof: MMRProof): string => toHex(encode(MMRProof, proof))
const shown = ({ data, value }: MMRData): Node => ({
  data: toHex(data),
  value: value.toString(),
  valueHex: toHex(encode(miniNumber, value)),
})
const like = (recorded: Node, actual: MMRData): Node =>
  recorded.valueHex === undefined ? { data: toHex(actual.data), value: actual.value.toString() } : shown(actual)
const names = (mmr: MMR): string[] => [...mmr.entries()].map(({ row, entry }) => `${row}:${entry}`).sort()

const expectState = (mmr: MMR, { peaks, root }: State): void => {
  expect(
    mmr
      .peaks()
      .map(({ row, entry, data }) => ({ row, entry: entry.toString(), ...like({ data: '', value: '' }, data) })),
  ).toEqual(peaks)
  const own = mmr.root()
  expect(own === undefined ? null : shown(own)).toEqual(root)
}
const treeOf = (leaves: readonly Node[]): MMR => {
  const mmr = new MMR()
  for (const each of leaves) mmr.append(leaf(each))
  return mmr
}

function run(c: Case): void {
  switch (c.op) {
    case 'leaf':
      expect(shown(leaf(c))).toEqual(c.result)
      return
    case 'parent':
      expect(shown(parentNode(node(c.left), node(c.right)))).toEqual(c.result)
      return
    case 'tree': {
      const mmr = treeOf(c.leaves)
      expect(mmr.entryNumber.toString()).toBe(c.entrynumber)
      expect(mmr.size).toBe(c.nodes)
      expectState(mmr, c)
      for (const p of c.proofs) {
        const data = leaf(c.leaves[p.entry]!)
        expect(toHex(data.data)).toBe(p.leaf)
        expect(proofHex(mmr.proofToPeak(p.entry))).toBe(p.proofToPeak)
        expect(proofHex(mmr.proof(p.entry))).toBe(p.proof)
        expect(mmr.check(data, decode(MMRProof, fromHex(p.proofToPeak)))).toBe(p.peakOk)
        expect(mmr.check(data, decode(MMRProof, fromHex(p.proof)))).toBe(p.rootOk)
      }
      return
    }
    case 'update': {
      const mmr = treeOf(c.leaves)
      expect(shown(mmr.root()!)).toEqual(c.rootBefore)
      for (const step of c.steps) {
        mmr.update(step.entry, mmr.proofToPeak(step.entry), leaf(step))
        expectState(mmr, step)
        expect(proofHex(mmr.proof(step.entry))).toBe(step.proof)
      }
      return
    }
    case 'blocks': {
      const trees = new Map<string, MMR>()
      let previous: MMR | undefined
      for (const block of c.blocks) {
        const mmr: MMR = previous === undefined ? new MMR(number(block.block)) : previous.child()
        for (const u of block.updates) mmr.update(u.entry, mmr.proofToPeak(u.entry), leaf(u))
        for (const added of block.adds) mmr.append(leaf(added))
        expect(mmr.blockTime.toString()).toBe(block.block)
        expect(mmr.entryNumber.toString()).toBe(block.entrynumber)
        expect(names(mmr)).toEqual([...block.storedNodes].sort())
        expectState(mmr, block)
        mmr.finalise()
        trees.set(block.block, mmr)
        previous = mmr
      }
      for (const check of c.checks) {
        const valid = trees
          .get(check.atBlock)!
          .checkTimeValid(BigInt(check.entry), node(check.leaf), decode(MMRProof, fromHex(check.proof)))
        expect(valid, `${check.what} at ${check.atBlock}`).toBe(check.valid)
      }
      return
    }
    case 'prune': {
      const mmr = treeOf(c.leaves)
      for (const entry of c.setToZero)
        mmr.update(entry, mmr.proofToPeak(entry), leaf({ data: c.zeroLeafData, value: '0' }))
      expect(names(mmr)).toEqual([...c.nodesBefore].sort())
      expect(shown(mmr.root()!)).toEqual(c.root)
      pruneSpent(mmr)
      expect(names(mmr)).toEqual([...c.nodesAfter].sort())
      expect(shown(mmr.root()!)).toEqual(c.rootAfter)
      return
    }
    case 'unspendable': {
      const mmr = treeOf(c.leaves)
      const dropped = pruneUnspendable(mmr, (entry) => c.unspendable.includes(entry))
      expect(names(mmr)).toEqual([...c.nodesAfter].sort())
      expect(dropped.map(String).sort()).toEqual([...c.prunedLeaves].sort())
      expect(shown(mmr.root()!)).toEqual(c.root)
      return
    }
    case 'proof.decode': {
      const bytes = fromHex(c.hex)
      const reader = new Reader(bytes)
      const proof = MMRProof.read(reader)
      expect(reader.remaining).toBe(c.remaining)
      expect(proofHex(proof)).toBe(c.reencoded === 'same' ? c.hex : c.reencoded)
      expect({
        blocktime: proof.blockTime.toString(),
        proof: proof.chunks.map(({ left, data }) => ({ left: left !== 0, data: like({ data: '', value: '' }, data) })),
        prooflength: proof.chunks.length,
      }).toEqual(c.json)
      const start = leaf(c.calculate)
      if (c.calculate.error !== undefined) expect(() => calculateProof(start, proof)).toThrow(MinipolisError)
      else expect(shown(calculateProof(start, proof))).toEqual(c.calculate.result)
      return
    }
    case 'entry.encode': {
      const entry = c.entry.includes('.')
        ? { unscaled: BigInt(c.entry.replace('.', '')), scale: c.entry.split('.')[1]!.length }
        : BigInt(c.entry)
      expect(toHex(encode(EntryNumber, entry))).toBe(c.entryNumberHex)
      expect(toHex(encode(MMREntry, { row: c.row, entry, data: node(c.data) }))).toBe(c.hex)
      return
    }
    case 'entry.decode': {
      const { row, entry, data } = decode(MMREntry, fromHex(c.hex))
      expect({ row, entry: formatEntryNumber(entry), data: like(c.json.data, data) }).toEqual(c.json)
      expect(toHex(encode(MMREntry, { row, entry, data }))).toBe(c.reencoded === 'same' ? c.hex : c.reencoded)
      return
    }
    case 'mmr.decode': {
      const mmr = decode(StoredMMR, fromHex(c.hex))
      expect(mmr.blockTime.toString()).toBe(c.block)
      expect(mmr.entryNumber.toString()).toBe(c.entrynumber)
      expect(names(mmr)).toEqual([...c.nodes].sort())
      expectState(mmr, c)
      expect(names(decode(StoredMMR, encode(StoredMMR, mmr)))).toEqual(names(mmr))
      return
    }
    case 'mmrcreate': {
      const { nodes, root } = createUserTree(c.nodes)
      expect({
        nodes: nodes.map((n) => ({
          entry: n.entry,
          data: n.data,
          value: n.value.toString(),
          proof: proofHex(n.proof),
        })),
        total: nodes.length,
        root: like({ data: '', value: '' }, root),
      }).toEqual(c.response)
      return
    }
    case 'mmrproof': {
      const { input, leaf: own, final, valid } = checkUserProof(c.data, fromHex(c.proof), c.root)
      const plain = (data: MMRData): Node => like({ data: '', value: '' }, data)
      expect({ input, leaf: plain(own), finaldata: plain(final), valid }).toEqual(c.response)
      return
    }
    case 'script':
      return
  }
}

const runCase = (c: Case): void => {
  if (c.expect === 'ok') run(c)
  else expect(() => run(c), c.name).toThrow(MinipolisError)
}

describe('a mountain range answers as the reference recorded it', () => {
  const cases = vectorsAtHand
    ? readVectors<{ cases: Case[] }>('mmr.json').cases
    : readFixture<{ cases: Case[] }>('mmr-excerpt.json').cases
  // Scripts are run by the tests of the KISS VM.
  for (const c of cases.filter(({ op }) => op !== 'script')) test(c.name, () => runCase(c))
})

describe('the genesis coin', () => {
  test('has the recorded leaf, with its amount written in scale -9', () => {
    const coin = fromHex(
      '0x000000145350415254414355534C4F5645534D494E494D4100000020582AA40EA996419A3D8A5D26039A4E9584B746C2C26F860DAC8372BEA4457AF6F7010100000001000100010000000001000000010000010000',
    )
    expect(toHex(leafNode(coin, MiniNumber.BILLION).data)).toBe(
      '0xE60E583B6D5C8B951F9B8066EA53F980DBA84325DB9B007DF2262A9718495415',
    )
  })
})
