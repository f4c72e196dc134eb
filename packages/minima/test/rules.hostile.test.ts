import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { decode, encode, fromHex } from '../src/codec/index.ts'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import {
  type Coin,
  createGenesis,
  EMPTY_TRANSACTION,
  EMPTY_WITNESS,
  GENESIS_COIN,
  TxBlock,
  TxPoW,
} from '../src/objects/index.ts'
import {
  applyTxBlock,
  type BlockState,
  type CheckResult,
  checkBasic,
  checkBlock,
  checkCoinProofs,
  checkRelayPolicy,
  checkScripts,
  checkSignatures,
  checkStateStore,
  checkTransactionInBlock,
  checkTxBlock,
  createBlockContext,
  networks,
  REJECT_CODES,
} from '../src/rules/index.ts'
import { readFixture, readVectors, vectorsAtHand } from './mmr-rules-vectors.ts'

interface Recorded {
  op: string
  hex: string
}
const { cases } = vectorsAtHand
  ? readVectors<{ cases: Recorded[] }>('txblock.json')
  : readFixture<{ cases: Recorded[] }>('rules-txblock-excerpt.json')
const blocks = cases.filter(({ op }) => op === 'apply').map(({ hex }) => decode(TxBlock, fromHex(hex)))
const context = { parameters: networks.test, cascade: [] }

/** A verdict, not an exception, and if it refuses with one of the listed codes. */
const expectVerdict = (result: CheckResult): void => {
  if (!result.ok) expect(REJECT_CODES).toHaveProperty([result.code])
}

const judgeAll = (txpow: TxPoW, parent: BlockState): void => {
  expectVerdict(checkBasic(txpow))
  expectVerdict(checkStateStore(txpow, 65_536n))
  expectVerdict(checkRelayPolicy(txpow))
  expectVerdict(checkScripts(txpow, parent.header))
  expectVerdict(checkCoinProofs(txpow, parent.mmr))
  expectVerdict(checkTransactionInBlock(txpow, parent.header, parent.mmr))
  expectVerdict(checkBlock(txpow, [txpow], parent, context))
}

describe('whatever a stranger sends, the rules answer with a verdict', () => {
  const states: BlockState[] = []
  beforeAll(() => {
    for (const block of blocks) {
      const parent = states.at(-1)
      const { mmr } = applyTxBlock(block)
      mmr.parent = parent?.mmr
      states.push({ ...createBlockContext(block.txpow, parent), mmr })
    }
  })

  /** Some bytes of a recorded unit replaced. */
  const damage = fc.record({
    which: fc.nat(),
    edits: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }),
  })
  const damaged = (bytes: Uint8Array, edits: readonly [number, number][]): Uint8Array => {
    const copy = bytes.slice()
    for (const [at, value] of edits) copy[at % copy.length] = value
    return copy
  }

  test('about units with damaged bytes', () => {
    fc.assert(
      fc.property(damage, ({ which, edits }) => {
        const at = which % (states.length - 1)
        const bytes = damaged(encode(TxPoW, blocks[at + 1]!.txpow), edits)
        let txpow: TxPoW
        try {
          txpow = decode(TxPoW, bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(MinipolisError)
          return
        }
        judgeAll(txpow, states[at]!)
        if (which % 20 === 0) expectVerdict(checkSignatures(txpow))
      }),
      { numRuns: 300 },
    )
  })

  test('about TxBlocks with damaged bytes', () => {
    fc.assert(
      fc.property(damage, ({ which, edits }) => {
        const at = which % (states.length - 1)
        const bytes = damaged(encode(TxBlock, blocks[at + 1]!), edits)
        let txBlock: TxBlock
        try {
          txBlock = decode(TxBlock, bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(MinipolisError)
          return
        }
        expectVerdict(checkTxBlock(txBlock, states[at]!, context))
        expectVerdict(checkTxBlock(txBlock, states[at]!, context, { headerRules: false }))
      }),
      { numRuns: 300 },
    )
  })

  test('about bare headers', () => {
    const { header } = blocks[1]!.txpow
    const bare: TxPoW = { header, body: null }
    const parent = states[0]!
    for (const result of [
      checkBasic(bare),
      checkSignatures(bare),
      checkStateStore(bare, 1n),
      checkRelayPolicy(bare),
      checkScripts(bare, parent.header),
      checkCoinProofs(bare, parent.mmr),
      checkTransactionInBlock(bare, parent.header, parent.mmr),
    ]) {
      expect(result).toMatchObject({ ok: false, code: 'no-body' })
    }
    expect(checkBlock(bare, [], parent, context).ok).toBe(false)
  })

  test('about a transaction of two hundred thousand outputs, and a block that lists one unit as often', () => {
    const genesis = createGenesis({ address: new Uint8Array(32), time: 0, prng: new Uint8Array(32) })
    const output: Coin = { ...GENESIS_COIN, coinId: Uint8Array.of(0) }
    const outputs = Array.from({ length: 200_000 }, () => output)
    const body = genesis.body!
    const wide: TxPoW = { ...genesis, body: { ...body, transaction: { ...body.transaction, outputs } } }
    judgeAll(wide, states[0]!)
    const txpowIds = Array.from({ length: 200_000 }, () => states[0]!.id)
    const empty = { transaction: EMPTY_TRANSACTION, witness: EMPTY_WITNESS }
    judgeAll({ ...genesis, body: { ...body, ...empty, txpowIds } }, states[0]!)
  })
})
