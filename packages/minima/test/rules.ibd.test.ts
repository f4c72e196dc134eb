import { describe, expect, test } from 'vitest'
import { decode, encode, fromHex, toHex } from '../src/codec/index.ts'
import { MiniNumber } from '../src/number/index.ts'
import { blockWeight, formatWeight, IBD, isCascadeConsistent, TxBlock } from '../src/objects/index.ts'
import {
  applyTxBlock,
  type BlockState,
  type CascadeContext,
  cascadeWeight,
  chainWeight,
  checkCascadeWork,
  checkIBD,
  checkTxBlock,
  factsOf,
  isOursHeavierOrEqual,
  networks,
  thinCascade,
  weighIBD,
} from '../src/rules/index.ts'
import { readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'

interface Complete {
  ibd: string
  hascascade: boolean
  cascadelength: number
  blocks: string[]
  weight: string
  validdata: boolean
}
interface IbdFile {
  ibd: {
    complete: Complete
    cascadenodes: { length: number; weight: string; nodes: [string, number, number, string][]; consistent: boolean }
    heavier: { name: string; oursheavierorequal: boolean; extratxblock?: string }[]
  }
}
interface MainFile {
  ibd: Complete
  blocks: [
    number: string,
    id: string,
    time: string,
    difficulty: string,
    superLevel: number,
    weight: string,
    entryNumber: string,
  ][]
}

const read = (hex: string): IBD => decode(IBD, fromHex(hex))
const cascadeOf = ({ cascade }: IBD): CascadeContext[] =>
  cascade!.nodes.map(({ txpow }) => ({ id: factsOf(txpow).id, superLevel: factsOf(txpow).superLevel }))

const stateOf = (txBlock: TxBlock, mmr: BlockState['mmr'], parent: BlockState | undefined): BlockState => {
  const { id, superLevel } = factsOf(txBlock.txpow)
  mmr.parent = parent?.mmr
  return { id, header: txBlock.txpow.header, superLevel, mmr, parent }
}

/** Builds the tree of a download with the stricter check; `window` blocks above the root only without header rules. */
function sync(ibd: IBD, name: 'main' | 'test', window: number): BlockState[] {
  const context = { parameters: networks[name], cascade: cascadeOf(ibd) }
  const [first, ...rest] = ibd.blocks
  const states = [stateOf(first!, applyTxBlock(first!).mmr, undefined)]
  for (const [i, txBlock] of rest.entries()) {
    const parent = states.at(-1)!
    const result = checkTxBlock(txBlock, parent, context, { headerRules: i >= window })
    if (!result.ok) throw new TypeError(`block ${i}: ${result.code} ${result.detail}`)
    states.push(stateOf(txBlock, result.applied.mmr, parent))
  }
  return states
}

describe.skipIf(!vectorsAtHand)('chain downloads of the reference (needs ../shared/vectors)', () => {
  test('a recorded download is whole, of the recorded weight, and every block passes the stricter check', () => {
    const { complete, cascadenodes } = readVectors<IbdFile>('chain-A-ibd.json.gz').ibd
    const ibd = read(complete.ibd)
    expect(toHex(encode(IBD, ibd))).toBe(complete.ibd)
    expect(checkIBD(ibd)).toEqual({ ok: true })
    expect(checkCascadeWork(ibd.cascade!)).toEqual({ ok: true })
    expect(isCascadeConsistent(ibd.cascade!)).toBe(cascadenodes.consistent)
    const chain = weighIBD(ibd)
    expect(chainWeight(chain, networks.test).toString()).toBe(complete.weight)
    const thinned = thinCascade(chain.cascade, networks.test)
    expect(MiniNumber.parse(formatWeight(thinned.weight)).equals(MiniNumber.parse(cascadenodes.weight))).toBe(true)
    expect(
      thinned.blocks.map((block) => [block.level, block.superLevel, Number(formatWeight(cascadeWeight(block)))]),
    ).toEqual(cascadenodes.nodes.map(([, level, superLevel, weight]) => [level, superLevel, Number(weight)]))
    const states = sync(ibd, 'test', 24)
    expect(states.map(({ id }) => toHex(id))).toEqual(complete.blocks)
  })

  test('the heavier chain is found as recorded', () => {
    const { complete, heavier } = readVectors<IbdFile>('chain-A-ibd.json.gz').ibd
    const ours = read(complete.ibd)
    const other = read(readVectors<IbdFile>('chain-real.json.gz').ibd.complete.ibd)
    const theirs = [
      ours,
      { ...ours, blocks: ours.blocks.slice(0, -3) },
      { ...ours, blocks: [...ours.blocks, decode(TxBlock, fromHex(heavier[2]!.extratxblock!))] },
      other,
    ]
    expect(theirs.map((ibd) => isOursHeavierOrEqual(weighIBD(ours), weighIBD(ibd), networks.test))).toEqual(
      heavier.map(({ oursheavierorequal }) => oursheavierorequal),
    )
  })

  test('2,101 blocks of a chain with main parameters are synchronised with all rules above the window', () => {
    const file = readVectors<MainFile>('chain-main.json.gz')
    const ibd = read(file.ibd.ibd)
    expect(checkIBD(ibd)).toEqual({ ok: true })
    expect(checkCascadeWork(ibd.cascade!)).toEqual({ ok: true })
    expect(chainWeight(weighIBD(ibd), networks.main).toString()).toBe(file.ibd.weight)
    const states = sync(ibd, 'main', 400)
    expect(states.length).toBe(file.ibd.blocks.length)
    const recorded = new Map(file.blocks.map((block) => [block[1], block]))
    for (const { id, header, superLevel, mmr } of states) {
      expect([
        header.blockNumber.toString(),
        toHex(id),
        header.time.toString(),
        toHex(header.blockDifficulty),
        superLevel,
        Number(formatWeight(blockWeight(id, header))),
        String(mmr.entryNumber),
      ]).toEqual(recorded.get(toHex(id))!.map((value, i) => (i === 5 ? Number(value) : value)))
    }
  })

  test.each([
    ['a cascade without blocks', 'malformed', (ibd: IBD): IBD => ({ ...ibd, blocks: [] })],
    ['a gap above the cascade', 'block-number', (ibd: IBD): IBD => ({ ...ibd, blocks: ibd.blocks.slice(1) })],
    [
      'a cascade whose blocks were left out',
      'super-parent',
      (ibd: IBD): IBD => ({ ...ibd, cascade: { nodes: ibd.cascade!.nodes.filter((_, i) => i !== 1) } }),
    ],
  ])('%s is refused', (_, code, damage) => {
    const ibd = damage(read(readVectors<IbdFile>('chain-A-ibd.json.gz').ibd.complete.ibd))
    expect(checkIBD(ibd)).toMatchObject({ ok: false, code })
  })

  test('a cascade that claims work it has not done is refused', () => {
    const { nodes } = read(readVectors<IbdFile>('chain-A-ibd.json.gz').ibd.complete.ibd).cascade!
    const [tip, ...rest] = nodes
    const header = { ...tip!.txpow.header, blockDifficulty: Uint8Array.of(1) }
    expect(checkCascadeWork({ nodes: [{ ...tip!, txpow: { ...tip!.txpow, header } }, ...rest] })).toMatchObject({
      ok: false,
      code: 'not-a-block',
    })
  })
})
