import {
  CoinProof,
  coinProofPeak,
  decodeExact,
  fromHex,
  headerId,
  MinipolisError,
  TxHeader,
  toHex,
} from '@minipolis/minima'
import { beforeEach, describe, expect, test } from 'vitest'
import { Anchorer, anchorCoinId, checkpointHash, readAnchor, readAnchorState } from '../src/anchor/index.ts'
import { fromBase64 } from '../src/crypto/index.ts'
import { Log, merkleHash, parseCheckpoint, parseNote } from '../src/log/index.ts'
import { MemoryAnchorStore } from './memory-anchor-store.ts'
import { MemoryLogStore } from './memory-log-store.ts'
import { TestChain } from './test-chain.ts'

const EVERY_MS = 10_000

let chain: TestChain
let store: MemoryAnchorStore
let logStore: MemoryLogStore
let log: Log
let now: number
let errors: unknown[]
let anchorer: Anchorer

const mark = { read: async () => undefined, write: async () => {} }
const openLog = (at = logStore) =>
  Log.open({ origin: 'city.example/log', secret: new Uint8Array(32).fill(4) }, { store: at, mark, now: () => now })
const create = (at = store, to = log, entries = logStore) =>
  new Anchorer(
    { everyMs: EVERY_MS, buryBlocks: 8, repostBlocks: 5 },
    { ledger: chain, store: at, log: to, logStore: entries, now: () => now, onError: (error) => errors.push(error) },
  )

beforeEach(async () => {
  chain = await TestChain.start()
  store = new MemoryAnchorStore()
  logStore = new MemoryLogStore()
  now = 1_700_000_000_000
  errors = []
  log = await openLog()
  anchorer = create()
})

async function grow(count: number): Promise<void> {
  const leaves = Array.from({ length: count }, (_, i) => merkleHash.leaf(new Uint8Array([log.size + i])))
  const batch = log.plan(leaves)
  await logStore.append(batch)
  log.commit(batch)
  await log.checkpoint()
}

/** Blocks with a step after each; time moves on with them. */
async function run(blocks: number, options: Parameters<TestChain['mine']>[0] = {}): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    await chain.mine(options)
    now += 2_000
    await anchorer.step()
  }
}

const records = () => [...store.anchors.values()].map(readAnchor)
const liveCoins = async () => {
  const founding = store.foundingKept!
  const coins = await chain.coins({ address: founding.address })
  const line = new Set(Array.from({ length: 100 }, (_, i) => anchorCoinId(founding.coinId, i)))
  return coins.filter((coin) => line.has(toHex(coin.coinId)))
}

describe('anchoring', () => {
  test('founds the chain of anchors and anchors the newest checkpoint, each spending the one before', async () => {
    await grow(5)
    await run(12)
    await grow(3)
    await run(10)
    await grow(4)
    await run(10)
    expect(errors).toEqual([])
    expect(records().map(({ serial, size }) => [serial, size])).toEqual([
      [1, 5],
      [2, 8],
      [3, 12],
    ])
    const [coin, ...others] = await liveCoins()
    expect(others).toEqual([])
    const statement = readAnchorState(coin!.state)!
    const checkpoint = parseCheckpoint(parseNote(logStore.checkpoints.at(-1)!.text).text)
    expect(statement).toMatchObject({ size: 12, serial: 3, root: checkpoint.root })
    expect(statement.checkpointHash).toEqual(checkpointHash(parseNote(logStore.checkpoints.at(-1)!.text).text))
  })

  test('makes no anchor without news, and not more often than asked', async () => {
    await run(20)
    expect(records()).toEqual([])
    await grow(1)
    await run(20)
    expect(records()).toHaveLength(1)
    for (let i = 0; i < 30; i++) {
      await grow(1)
      await run(1)
    }
    // 30 blocks are 60 s of test time, and each anchor waits for its predecessor to be deep.
    expect(records().length).toBeGreaterThan(3)
    expect(records().length).toBeLessThanOrEqual(8)
  })

  test('collects what proves the anchor: unit, block, coin proof with peaks, headers', async () => {
    await grow(5)
    await run(12)
    const [record] = records()
    const { proof, posted } = record!
    const inclusion = await chain.inclusion(posted!.txpowId)
    expect(proof!.block).toEqual({ number: Number(inclusion!.block.number), id: inclusion!.block.id })
    expect(proof!.body).not.toBeNull()
    const headers = proof!.headers.map((text) => decodeExact(TxHeader, fromBase64(text)))
    expect(toHex(headerId(headers[0]!))).toBe(inclusion!.block.id)
    const coin = decodeExact(CoinProof, fromBase64(proof!.coin!.proof))
    expect(toHex(coin.coin.coinId)).toBe(record!.coinId)
    expect(coinProofPeak(coin).data).toHaveLength(32)
  })

  test('an anchor that became a block of its own is found and proven without a body', async () => {
    await grow(5)
    await run(14, { own: true })
    expect(errors).toEqual([])
    const [record] = records()
    expect(record!.proof!.body).toBeNull()
    expect(record!.posted!.txpowId).toBe(record!.proof!.block.id)
  })

  test('goes from confirmed to buried, and the header path grows toward super blocks', async () => {
    await grow(5)
    await run(60)
    const [record] = records()
    expect(record!.state).toBe('buried')
    const headers = record!.proof!.headers.map((text) => decodeExact(TxHeader, fromBase64(text)))
    expect(headers.length).toBeGreaterThan(1)
    for (let i = 1; i < headers.length; i++) {
      expect(headers[i]!.superParents.map(toHex)).toContain(toHex(headerId(headers[i - 1]!)))
    }
    expect(store.anchors.get(1)!.due).toBeGreaterThan(Number((await chain.tip()).number))
  })

  test('is sealed once its path ends at a block of the asked level, and never looked at again', async () => {
    anchorer = new Anchorer(
      { everyMs: EVERY_MS, buryBlocks: 8, sealLevel: 2 },
      { ledger: chain, store, log, logStore, now: () => now, onError: (error) => errors.push(error) },
    )
    await grow(5)
    await run(80)
    expect(store.anchors.get(1)).toMatchObject({ state: 'sealed', due: null })
    expect(errors).toEqual([])
  })
})

describe('when blocks go', () => {
  test('a re-organisation that moves the anchor to another block gives new proof', async () => {
    await grow(5)
    await run(9)
    const before = records()[0]!
    expect(before.state).toBe('confirmed')
    const depth = Number((await chain.inclusion(before.posted!.txpowId))!.depth)
    chain.rewind(depth + 1)
    await run(2, { only: () => false })
    await run(6)
    const after = records()[0]!
    expect(after.state).toBe('confirmed')
    expect(after.proof!.block.id).not.toBe(before.proof!.block.id)
    expect(after.posted!.txpowId).toBe(before.posted!.txpowId)
    expect(errors).toEqual([])
  })

  test('a transaction that is gone is posted again with the same checkpoint', async () => {
    await grow(5)
    await run(9)
    const before = records()[0]!
    const depth = Number((await chain.inclusion(before.posted!.txpowId))!.depth)
    chain.rewind(depth + 1, true)
    await run(16)
    const after = records()[0]!
    expect(records()).toHaveLength(1)
    expect(after.posted!.txpowId).not.toBe(before.posted!.txpowId)
    expect(after.checkpoint).toBe(before.checkpoint)
    expect(after.proof).not.toBeNull()
    expect(await liveCoins()).toHaveLength(1)
  })

  test('two anchors in a row that are gone are posted again one after the other', async () => {
    await grow(5)
    await run(9)
    await grow(5)
    await run(4)
    expect(records().map(({ proof }) => proof !== null)).toEqual([true, true])
    const depth = Number((await chain.inclusion(records()[0]!.posted!.txpowId))!.depth)
    chain.rewind(depth + 1, true)
    await run(40)
    expect(errors).toEqual([])
    expect(records().map(({ serial, size }) => [serial, size])).toEqual([
      [1, 5],
      [2, 10],
    ])
    expect(records().every(({ proof }) => proof !== null)).toBe(true)
    expect(await liveCoins()).toHaveLength(1)
  })

  test('a unit that never gets into a block is posted again, and of both only one can be live', async () => {
    await run(6)
    await grow(5)
    await run(1)
    expect(records()[0]!.state).toBe('posted')
    await run(12, { only: () => false })
    expect(chain.mempool.length).toBeGreaterThan(1)
    await run(8)
    expect(records()[0]!.proof).not.toBeNull()
    expect(await liveCoins()).toHaveLength(1)
    await grow(5)
    await run(12)
    expect(records().map((r) => r.serial)).toEqual([1, 2])
    expect(await liveCoins()).toHaveLength(1)
  })

  test('a unit that gets into a block just when it is posted again is no trouble', async () => {
    await run(6)
    await grow(5)
    await run(1)
    const submit = chain.submit.bind(chain)
    let late = 0
    chain.submit = async (draft) => {
      late++
      await chain.mine()
      return submit(draft)
    }
    await run(6, { only: () => false })
    chain.submit = submit
    expect(late).toBe(1)
    await run(4)
    expect(errors).toEqual([])
    expect(records()[0]!.proof).not.toBeNull()
    expect(await liveCoins()).toHaveLength(1)
  })

  test('a re-organisation that takes the founding coin before anything was anchored starts anew', async () => {
    await run(6)
    expect(store.foundingKept).toBeDefined()
    chain.rewind(8, true)
    expect(await chain.coins({ coinId: store.foundingKept!.coinId })).toEqual([])
    await grow(5)
    await run(40)
    expect(records()[0]!.proof).not.toBeNull()
    expect(errors).toEqual([])
  })
})

describe('when the power goes', () => {
  test('at any write, the next start goes on and exactly one anchor is live', async () => {
    for (let writes = 0; writes < 9; writes++) {
      chain = await TestChain.start()
      store = new MemoryAnchorStore()
      anchorer = create()
      store.writesLeft = writes
      if (log.size === 0) await grow(5)
      await run(15)
      store.writesLeft = Number.POSITIVE_INFINITY
      errors.length = 0
      anchorer = create()
      await run(20)
      expect(errors, `cut at write ${writes}`).toEqual([])
      expect(
        records().map(({ serial, size }) => [serial, size]),
        `cut at write ${writes}`,
      ).toEqual([[1, 5]])
      expect(records()[0]!.proof, `cut at write ${writes}`).not.toBeNull()
      expect(await liveCoins()).toHaveLength(1)
    }
  })

  test('between posting and writing it down, the anchor is found on the chain and not made twice', async () => {
    await run(6)
    await grow(5)
    expect(store.foundingKept).toBeDefined()
    store.writesLeft = 1
    await run(1)
    store.writesLeft = Number.POSITIVE_INFINITY
    expect(records()[0]).toMatchObject({ state: 'intended', posted: null })
    expect(chain.mempool).toHaveLength(1)
    anchorer = create()
    errors.length = 0
    await run(4)
    expect(records()[0]).toMatchObject({ state: 'confirmed' })
    expect(errors).toEqual([])
  })

  test('a restored older backup of log and anchors is caught by the live coin', async () => {
    await grow(5)
    await run(12)
    const backup = logStore.backup()
    const anchors = new MemoryAnchorStore()
    anchors.foundingKept = store.foundingKept
    for (const [serial, anchor] of store.anchors) anchors.anchors.set(serial, anchor)
    await grow(5)
    await run(12)
    expect(records()).toHaveLength(2)
    logStore = backup
    store = anchors
    log = await openLog(backup)
    anchorer = create(anchors, log, backup)
    await run(1)
    expect(errors).toMatchObject([{ code: 'log-behind-published' }])
    expect(() => log.plan([merkleHash.empty])).toThrow('older backup')
  })

  test('a restored older backup of the anchors alone picks the thread up at the live coin', async () => {
    await grow(5)
    await run(12)
    const anchors = new MemoryAnchorStore()
    anchors.foundingKept = store.foundingKept
    await grow(5)
    await run(12)
    store = anchors
    anchorer = create(anchors)
    await run(3)
    expect(errors).toEqual([])
    expect(records().map(({ serial, size, state }) => [serial, size, state])).toEqual([[2, 10, 'buried']])
    await grow(1)
    await run(12)
    expect(records().at(-1)).toMatchObject({ serial: 3, size: 11 })
  })
})

test('a live coin that the ledger cannot prove raises the alarm', async () => {
  await grow(5)
  await run(9)
  anchorer = create()
  chain.coinProof = async () => undefined
  await run(10)
  expect(errors).toMatchObject([{ code: 'anchor-lost' }])
})

test('a busy ledger is asked again without troubling anybody, a refusing one is reported', async () => {
  const submit = chain.submit.bind(chain)
  let code: string | undefined = 'busy'
  chain.submit = async (draft) => {
    if (code) throw new MinipolisError(code, 'not now')
    return submit(draft)
  }
  await grow(5)
  await run(3)
  expect(errors).toEqual([])
  code = 'refused'
  await run(1)
  expect(errors).toMatchObject([{ code: 'refused' }])
  code = undefined
  await run(12)
  expect(records()[0]!.proof).not.toBeNull()
})

test('a damaged record is named', async () => {
  await grow(5)
  await run(9)
  const kept = store.anchors.get(1)!
  expect(() => readAnchor({ ...kept, text: kept.text.slice(1) })).toThrow('anchor 1 is damaged')
  expect(() => readAnchor({ ...kept, serial: 2 })).toThrow('that of another')
  expect(fromHex(readAnchor(kept).coinId)).toHaveLength(32)
})
