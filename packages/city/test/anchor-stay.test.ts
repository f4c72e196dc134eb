import { checkUserProof, fromHex, toHex } from '@minipolis/minima'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  logId,
  STAY_SCHEMA,
  StayKeeper,
  type StayLog,
  stayNote,
  stayScript,
  type stayTree,
} from '../src/anchor/index.ts'
import { MemoryAnchorStore } from './memory-anchor-store.ts'
import { TestChain } from './test-chain.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const LOGS: StayLog[] = [
  { noteText: 'a.example/log\n7\nroot\n', size: 7 },
  { noteText: 'b.example/log\n35\nroot\n', size: 35 },
]

let chain: TestChain
let store: MemoryAnchorStore
let now: number
let errors: unknown[]
let keeper: StayKeeper
let logs: StayLog[]

const create = () =>
  new StayKeeper({
    ledger: chain,
    store,
    logId: logId('a.example/log'),
    logs: async () => logs,
    now: () => now,
    onError: (error) => errors.push(error),
  })

beforeEach(async () => {
  chain = await TestChain.start()
  store = new MemoryAnchorStore()
  now = 20_000 * DAY_MS
  errors = []
  logs = LOGS
  keeper = create()
})

const run = async (blocks: number, options: Parameters<TestChain['mine']>[0] = {}) => {
  for (let i = 0; i < blocks; i++) {
    await keeper.step()
    await chain.mine(options)
  }
}
const coins = async () => chain.coins({ address: await chain.track(stayScript(logId('a.example/log'))) })

describe('the stay coin', () => {
  test('is made once a day, over all logs', async () => {
    await run(5)
    now += 0.9 * DAY_MS
    await run(5)
    expect(await coins()).toHaveLength(1)
    now += 0.2 * DAY_MS
    await run(5)
    const days = (await coins()).map(({ state }) => state.map(({ value }) => value))
    expect(days.map(([schema, , sum, count]) => [schema, sum, count])).toEqual([
      [STAY_SCHEMA, '42', '2'],
      [STAY_SCHEMA, '42', '2'],
    ])
    expect(days.map((state) => state[4]).sort()).toEqual(['20000', '20001'])
    expect(errors).toEqual([])
  })

  test('proves each log with the proofs that were kept, as mmrproof checks them', async () => {
    await run(3)
    const [coin] = await coins()
    const root = `${coin!.state[1]!.value}:${coin!.state[2]!.value}`
    const kept = JSON.parse(store.notes.get(stayNote(20_000))!) as ReturnType<typeof stayTree>
    expect(kept.leaves).toHaveLength(2)
    for (const { leaf, proof } of kept.leaves) {
      expect(checkUserProof(leaf, fromHex(proof), root).valid).toBe(true)
      expect(checkUserProof(leaf.replace(/:.*/, ':1'), fromHex(proof), root).valid).toBe(false)
    }
  })

  test('can never be spent', async () => {
    await run(5)
    const [coin] = await coins()
    const unit = await chain.build({
      inputs: [toHex(coin!.coinId)],
      outputs: [{ address: toHex(coin!.address), amount: coin!.amount }],
    })
    expect(chain.judge(unit)).toMatchObject({ code: 'script-failed' })
  })

  test('is posted again when it gets into no block, and not made twice after a restart', async () => {
    await run(12, { only: () => false })
    expect(chain.mempool.length).toBe(2)
    chain.mempool = chain.mempool.slice(0, 1)
    await run(2)
    keeper = create()
    await run(3)
    expect(await coins()).toHaveLength(1)
  })

  test('waits for the first checkpoint', async () => {
    logs = []
    await run(3)
    expect(await coins()).toEqual([])
    expect(errors).toEqual([])
  })
})
