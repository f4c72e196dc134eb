import { readFileSync } from 'node:fs'
import {
  bodyHash,
  checkTransactionInBlock,
  cleanScript,
  fromHex,
  MiniNumber,
  sha3_256,
  type TxPoW,
  toHex,
  utf8,
} from '@minipolis/minima'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  ANCHOR_AMOUNT,
  anchorCoinId,
  anchorScript,
  anchorState,
  foundingScript,
  readAnchorState,
  successorCoinId,
} from '../src/anchor/index.ts'
import type { Hex, OutputDraft, TransactionDraft } from '../src/ledger/ledger.ts'
import { CONFIRM_DEPTH, changeState, TestChain } from './test-chain.ts'

const hash = (text: string) => sha3_256(utf8(text))
const STATEMENT = {
  logId: hash('log'),
  size: 100,
  root: hash('root'),
  checkpointHash: hash('checkpoint'),
  serial: 1,
}

let chain: TestChain
let key: Hex
let nextKey: Hex
let address: Hex
let founding: Hex
/** The live anchor coin with size 100 and serial 1. */
let live: Hex

const settle = async () => {
  for (let i = 0; i <= CONFIRM_DEPTH; i++) await chain.mine()
}

beforeAll(async () => {
  chain = await TestChain.start()
  key = await chain.keyFor('log key')
  nextKey = await chain.keyFor('next log key')
  const from = await chain.track(foundingScript(key))
  await chain.submit({ outputs: [{ address: from, amount: ANCHOR_AMOUNT }], fund: true })
  await settle()
  founding = toHex((await chain.coins({ address: from }))[0]!.coinId)
  address = await chain.track(anchorScript(founding))
  await chain.submit({
    inputs: [founding],
    outputs: [output()],
    state: anchorState({ ...STATEMENT, nextKey: fromHex(nextKey) }),
    signers: [key],
  })
  await settle()
  live = anchorCoinId(founding, 1)
})

const output = (change: Partial<OutputDraft> = {}): OutputDraft => ({
  address,
  amount: ANCHOR_AMOUNT,
  storeState: true,
  ...change,
})

const successor = (change: Partial<TransactionDraft> = {}): TransactionDraft => ({
  inputs: [live],
  outputs: [output()],
  state: anchorState({ ...STATEMENT, size: 150, root: hash('later'), serial: 2, nextKey: fromHex(key) }),
  signers: [nextKey],
  ...change,
})

const verdict = async (draft: TransactionDraft) => {
  const result = chain.judge(await chain.build(draft))
  return result.ok ? 'accepted' : result.code
}

describe('the anchor script', () => {
  test('is the text of anchor.kiss, each line break a blank', () => {
    const file = readFileSync(new URL('../src/anchor/anchor.kiss', import.meta.url), 'utf8')
    expect(anchorScript('0xABCD')).toBe(file.trim().replace('$founding', '0xABCD').replaceAll('\n', ' '))
  })

  test('is in the form that wallets clean scripts to, so that a person who types it meets the same address', () => {
    expect(cleanScript(anchorScript(founding))).toBe(anchorScript(founding))
  })

  test('the coin on the chain has the id that follows from the founding coin, and says what was anchored', async () => {
    const [coin] = await chain.coins({ address })
    expect(toHex(coin!.coinId)).toBe(live)
    expect(readAnchorState(coin!.state)).toEqual({ ...STATEMENT, nextKey: fromHex(nextKey) })
  })

  test('lets the honest successor pass', async () => {
    expect(await verdict(successor())).toBe('accepted')
  })

  test('lets a successor pass that anchors the same tree again', async () => {
    const again = anchorState({ ...STATEMENT, serial: 2, nextKey: fromHex(key) })
    expect(await verdict(successor({ state: again }))).toBe('accepted')
  })
})

const state = (port: number, value: string) => ({ state: changeState(successor().state!, port, value) })
const LONG = toHex(new Uint8Array(33))

describe('the anchor script refuses', () => {
  test.each<[string, () => Partial<TransactionDraft>]>([
    ['a smaller tree', () => state(2, '99')],
    ['a negative size', () => state(2, '-150')],
    [
      'a size that is no number',
      () => ({ state: successor().state!.map((v) => (v.port === 2 ? { ...v, type: 1, value: '0xFF' } : v)) }),
    ],
    ['the same size with another root', () => state(2, '100')],
    ['another log', () => state(1, toHex(hash('other')))],
    ['another schema', () => state(0, '[minipolis-anchor/2]')],
    ['a serial that stays', () => state(5, '1')],
    ['a serial that skips', () => state(5, '3')],
    ['a root that is no hash', () => state(3, LONG)],
    ['a checkpoint hash that is no hash', () => state(4, LONG)],
    ['a next key that is no key', () => state(6, LONG)],
    ['a missing root', () => ({ state: successor().state!.filter((v) => v.port !== 3) })],
    ['no state at all', () => ({ state: [] })],
    ['no signature', () => ({ signers: [] })],
    ['the signature of the key before', () => ({ signers: [key] })],
    ['the signature of a stranger', () => ({ signers: ['stranger'] })],
    ['another address', () => ({ outputs: [output({ address: toHex(hash('thief')) })] })],
    ['a smaller amount, the rest burnt', () => ({ outputs: [output({ amount: MiniNumber.parse('0.0000000001') })] })],
    ['an output that drops the state', () => ({ outputs: [output({ storeState: false })] })],
    [
      'two anchors out of one',
      () => ({
        outputs: [
          output({ amount: MiniNumber.parse('0.0000000005') }),
          output({ amount: MiniNumber.parse('0.0000000005') }),
        ],
      }),
    ],
    ['an output beside it', () => ({ fund: true })],
    ['burning the coin', () => ({ outputs: [] })],
  ])('%s', async (_, change) => {
    const draft = successor(change())
    const signers = await Promise.all(
      (draft.signers ?? []).map((s) => (s === 'stranger' ? chain.keyFor('stranger') : s)),
    )
    expect(await verdict({ ...draft, signers })).toBe('script-failed')
  })

  test('another anchor coin beside it, even of the same log', async () => {
    const fake = await fakeAnchor()
    expect(await verdict(successor({ inputs: [live, fake], outputs: [output(), output()] }))).toBe('script-failed')
    expect(
      await verdict(
        successor({ inputs: [live, fake], outputs: [output({ amount: ANCHOR_AMOUNT.add(ANCHOR_AMOUNT) })] }),
      ),
    ).toBe('script-failed')
  })

  test('a state that was changed after signing', async () => {
    const unit = await chain.build(successor())
    const transaction = { ...unit.body!.transaction, state: changeState(unit.body!.transaction.state, 2, '151') }
    const body = { ...unit.body!, transaction }
    const forged: TxPoW = { header: { ...unit.header, bodyHash: bodyHash(body) }, body }
    expect(chain.judge(forged)).toMatchObject({ code: 'signature' })
  })

  test('the same anchor a second time', async () => {
    const before = chain.blocksMade.length
    const unit = await chain.build(successor())
    await chain.submit(successor())
    await chain.mine()
    const tip = chain.blocksMade.at(-1)!
    expect(checkTransactionInBlock(unit, tip.context.header, tip.mmr)).toMatchObject({ code: 'coin-proof' })
    chain.rewind(chain.blocksMade.length - before, true)
  })
})

/** Anybody can pay to the address, with any state. */
async function fakeAnchor(): Promise<Hex> {
  const { txpow } = await chain.submit({
    outputs: [output()],
    state: anchorState({ ...STATEMENT, serial: 1, nextKey: fromHex(nextKey) }),
    fund: true,
  })
  await settle()
  return successorCoinId(toHex(txpow.body!.transaction.inputs[0]!.coinId))
}

test('a coin that somebody else makes at the address is never in the line of ids', async () => {
  const fake = await fakeAnchor()
  expect((await chain.coins({ address })).map((coin) => toHex(coin.coinId))).toContain(fake)
  for (let serial = 0; serial < 50; serial++) expect(anchorCoinId(founding, serial)).not.toBe(fake)
})

test.each([
  ['six variables', (s: ReturnType<typeof anchorState>) => s.slice(0, 6)],
  ['one more', (s: ReturnType<typeof anchorState>) => [...s, { ...s[0]!, port: 7 }]],
  [
    'another type',
    (s: ReturnType<typeof anchorState>) => s.map((v, i) => (i === 2 ? { ...v, type: 4 as const, value: '5' } : v)),
  ],
  ['a fraction', (s: ReturnType<typeof anchorState>) => changeState(s, 2, '1.5')],
  ['a short hash', (s: ReturnType<typeof anchorState>) => changeState(s, 3, '0x00')],
  ['another schema', (s: ReturnType<typeof anchorState>) => changeState(s, 0, '[x]')],
])('a state with %s is not read as an anchor', (_, change) => {
  const good = anchorState({ ...STATEMENT, nextKey: hash('key') })
  expect(readAnchorState(good)).toEqual({ ...STATEMENT, nextKey: hash('key') })
  expect(readAnchorState(change(good))).toBeUndefined()
})
