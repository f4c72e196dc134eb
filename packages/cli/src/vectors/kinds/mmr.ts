import {
  calculateProof,
  checkUserProof,
  createUserTree,
  EMPTY_ENVIRONMENT,
  EntryNumber,
  encode,
  MiniNumber,
  MMR,
  type MMRData,
  MMREntry,
  MMRProof,
  mmrEntryJson,
  mmrProofJson,
  parentNode,
  pruneSpent,
  pruneUnspendable,
  runScript,
  StoredMMR,
  userLeaf,
} from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import { type Computed, expectSame, isRefused, NotValid } from '../check-case.ts'
import { decoded } from '../decoded.ts'
import type { Recorded } from '../recorded.ts'
import { exactNode, nodeFrom, placesOf, plainNode, proofFrom, proofHex, sorted, stateOf } from './mmr-recorded.ts'

const leafFrom = (recorded: Recorded): MMRData =>
  userLeaf(recorded.text('data'), MiniNumber.parse(recorded.text('value')))

const treeOf = (c: Recorded): MMR => {
  const mmr = new MMR()
  for (const leaf of c.records('leaves')) mmr.append(leafFrom(leaf))
  return mmr
}

const rootOf = (mmr: MMR): Computed => exactNode(mmr.root()!)

/** Compares the fields that a part of a case has with what was computed. */
const expectFields = (place: string, recorded: Recorded, computed: Computed): void => {
  for (const [field, value] of Object.entries(computed)) {
    if (recorded.has(field)) expectSame(`${place} ${field}`, value, recorded.get(field))
  }
}

const tree = (c: Recorded): Computed => {
  const mmr = treeOf(c)
  const leaves = c.records('leaves')
  for (const recorded of c.records('proofs')) {
    const entry = recorded.number('entry')
    const leaf = leafFrom(leaves[entry]!)
    const toPeak = mmr.proofToPeak(entry)
    const full = mmr.proof(entry)
    expectFields(`proof of ${entry}`, recorded, {
      leaf: exactNode(leaf).data,
      proofToPeak: proofHex(toPeak),
      proof: proofHex(full),
      peakOk: mmr.check(leaf, toPeak),
      rootOk: mmr.check(leaf, full),
    })
  }
  return { ...stateOf(mmr), nodes: mmr.size }
}

const update = (c: Recorded): Computed => {
  const mmr = treeOf(c)
  const rootBefore = rootOf(mmr)
  for (const [i, step] of c.records('steps').entries()) {
    const entry = step.number('entry')
    mmr.update(entry, mmr.proofToPeak(entry), leafFrom(step))
    expectFields(`step ${i}`, step, { ...stateOf(mmr), proof: proofHex(mmr.proof(entry)) })
  }
  return { rootBefore }
}

const blocks = (c: Recorded): Computed => {
  const trees = new Map<string, MMR>()
  let previous: MMR | undefined
  for (const block of c.records('blocks')) {
    const number = block.text('block')
    const mmr: MMR = previous?.child() ?? new MMR(MiniNumber.parse(number))
    for (const change of block.records('updates')) {
      const entry = change.number('entry')
      mmr.update(entry, mmr.proofToPeak(entry), leafFrom(change))
    }
    for (const added of block.records('adds')) mmr.append(leafFrom(added))
    expectFields(`block ${number}`, block, { block: mmr.blockTime.toString(), ...stateOf(mmr) })
    expectSame(`block ${number} storedNodes`, placesOf(mmr), sorted(block.texts('storedNodes')))
    mmr.finalise()
    trees.set(number, mmr)
    previous = mmr
  }
  for (const check of c.records('checks')) {
    const entry = BigInt(check.number('entry'))
    const proof = proofFrom(check.text('proof'))
    const valid = trees.get(check.text('atBlock'))?.checkTimeValid(entry, nodeFrom(check.record('leaf')), proof)
    expectSame(`${check.text('what')} at ${check.text('atBlock')}`, valid, check.boolean('valid'))
  }
  return {}
}

const prune = (c: Recorded): Computed => {
  const mmr = treeOf(c)
  const zero = userLeaf(c.text('zeroLeafData'), MiniNumber.ZERO)
  for (const entry of c.list('setToZero')) mmr.update(Number(entry), mmr.proofToPeak(Number(entry)), zero)
  expectSame('nodesBefore', placesOf(mmr), sorted(c.texts('nodesBefore')))
  const root = rootOf(mmr)
  pruneSpent(mmr)
  expectSame('nodesAfter', placesOf(mmr), sorted(c.texts('nodesAfter')))
  return { root, rootAfter: rootOf(mmr) }
}

const unspendable = (c: Recorded): Computed => {
  const mmr = treeOf(c)
  const marked = new Set(c.list('unspendable'))
  const dropped = pruneUnspendable(mmr, (entry) => marked.has(entry))
  expectSame('prunedLeaves', sorted(dropped.map(String)), sorted(c.texts('prunedLeaves')))
  expectSame('nodesAfter', placesOf(mmr), sorted(c.texts('nodesAfter')))
  return { root: rootOf(mmr) }
}

const decodeProof = (c: Recorded): Computed => {
  const { value, facts } = decoded(MMRProof, c)
  const start = c.record('calculate')
  const calculate = (): MMRData => calculateProof(leafFrom(start), value)
  if (start.has('error')) expectSame('calculate fails', isRefused(calculate), true)
  else expectSame('calculate', exactNode(calculate()), start.get('result'))
  return { ...facts, json: JSON.parse(mmrProofJson(value)) }
}

/** An entry number of decimal text; a fraction keeps the scale it shows. */
const entryFrom = (text: string): EntryNumber => {
  const decimals = text.split('.')[1]
  return decimals === undefined ? BigInt(text) : { unscaled: BigInt(text.replace('.', '')), scale: decimals.length }
}

const encodeEntry = (c: Recorded): Computed => {
  const entry = entryFrom(c.text('entry'))
  const value: MMREntry = { row: c.number('row'), entry, data: nodeFrom(c.record('data')) }
  return {
    hex: encode(MMREntry, value),
    entryNumberHex: encode(EntryNumber, entry),
    json: JSON.parse(mmrEntryJson(value)),
  }
}

const decodeStored = (c: Recorded): Computed => {
  const { value } = decoded(StoredMMR, c)
  expectSame('nodes', placesOf(value), sorted(c.texts('nodes')))
  return { block: value.blockTime.toString(), ...stateOf(value) }
}

const createTree = (c: Recorded): Computed => {
  const { nodes, root } = createUserTree(c.texts('nodes'))
  return {
    response: {
      nodes: nodes.map(({ entry, data, value, proof }) => ({
        entry,
        data,
        value: value.toString(),
        proof: proofHex(proof),
      })),
      total: nodes.length,
      root: plainNode(root),
    },
  }
}

const checkProof = (c: Recorded): Computed => {
  const { input, leaf, final, valid } = checkUserProof(c.text('data'), c.bytes('proof'), c.text('root'))
  return { response: { input, leaf: plainNode(leaf), finaldata: plainNode(final), valid } }
}

/** A script that calls PROOF; a fault is the refusal. */
const runProofScript = (c: Recorded): Computed => {
  const { fault, success } = runScript(c.text('script'), EMPTY_ENVIRONMENT)
  if (fault !== null) throw new NotValid('not-valid', fault.message, {}, { cause: fault })
  return { success }
}

/** Merkle mountain ranges. */
export const mmrKind = caseKind('mmr', {
  leaf: (c) => ({ result: exactNode(leafFrom(c)) }),
  parent: (c) => ({ result: exactNode(parentNode(nodeFrom(c.record('left')), nodeFrom(c.record('right')))) }),
  tree,
  update,
  blocks,
  prune,
  unspendable,
  'proof.decode': decodeProof,
  'entry.encode': encodeEntry,
  'entry.decode': (c) => {
    const { value, facts } = decoded(MMREntry, c)
    return { ...facts, json: JSON.parse(mmrEntryJson(value)) }
  },
  'mmr.decode': decodeStored,
  mmrcreate: createTree,
  mmrproof: checkProof,
  script: runProofScript,
})
