import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkBasic, checkSignatures, MiniNumber, toHex, toTokenAmount } from '@minipolis/minima'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MinimaNode, type NodeEvent, type NodeOptions } from '../src/index.ts'

let folder: string
let nowMs: number
const running: MinimaNode[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-node-'))
  nowMs = Date.UTC(2026, 0, 1)
})
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop()
  rmSync(folder, { recursive: true })
})

async function startNode(options: Partial<NodeOptions> = {}): Promise<MinimaNode> {
  const node = createNode(options)
  await node.start()
  return node
}

function createNode(options: Partial<NodeOptions> = {}): MinimaNode {
  const node = new MinimaNode(
    { network: 'dev', file: join(folder, 'node.db'), automine: 'off', ...options },
    { now: () => nowMs, random: (size) => randomBytes(size) },
  )
  running.push(node)
  return node
}

async function mine(node: MinimaNode, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    nowMs += node.blockTimeMs
    await node.mineBlock()
  }
}

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code ?? error,
  )

describe('the life of a node', () => {
  test('a new dev node has a chain of its own, and starting and stopping twice changes nothing', async () => {
    const node = await startNode()
    await node.start()
    expect(node.tip()?.number).toBe(1)
    expect(node.status().supply).toBe('1000000000')
    await node.stop()
    await node.stop()
    expect(() => node.tip()).toThrow(expect.objectContaining({ code: 'not-running' }))
    await node.start()
    expect(node.tip()?.number).toBe(1)
  })

  test('a main net node makes no chain of its own unless it is told to', async () => {
    const node = await startNode({ network: 'main' })
    expect(node.tip()).toBeUndefined()
    expect(await codeOf(node.mineBlock())).toBe('no-chain')
  })

  test('what one network wrote no other network opens', async () => {
    await (await startNode()).stop()
    expect(await codeOf(createNode({ network: 'test' }).start())).toBe('wrong-network')
  })

  test('two nodes cannot share a folder', async () => {
    await startNode()
    expect(await codeOf(createNode().start())).toBe('store-locked')
  })

  test('the phrase decides the keys, and another phrase is refused', async () => {
    const phrase = `${'ABANDON '.repeat(23)}ABANDON`
    const node = await startNode({ phrase: phrase.toLowerCase() })
    const first = await node.keyFor('a lamp')
    await node.stop()
    expect(await codeOf(createNode({ phrase: `${phrase} ZOO` }).start())).toBe('bad-phrase')
    const again = await startNode({ phrase })
    expect(await again.keyFor('a lamp')).toBe(first)
    const elsewhere = await startNode({ phrase, file: ':memory:' })
    expect(await elsewhere.keyFor('a meter')).toBe(first)
  })

  test('a transaction that waits for a block still waits after a restart', async () => {
    const node = await startNode()
    await mine(node, 4)
    // The tip is old enough for a hard transaction to be no block: it stays in the mempool.
    const before = node.status().mempool.transactions
    const address = await node.address()
    const { txpowId } = await node.submit({ outputs: [{ address, amount: MiniNumber.ONE }], fund: true })
    const included = node.inclusion(txpowId) !== undefined
    await node.stop()
    await node.start()
    expect(node.txpow(txpowId)).toBeDefined()
    expect(node.status().mempool.transactions).toBe(included ? before : before + 1)
  })
})

describe('mining', () => {
  test('every block is told once, in order', async () => {
    const node = await startNode()
    const seen: NodeEvent[] = []
    const stop = node.watch((event) => seen.push(event))
    await mine(node, 3)
    await Promise.resolve()
    expect(seen.map((event) => event.kind === 'block' && event.block.number)).toEqual([2, 3, 4])
    stop()
    await mine(node, 1)
    expect(seen).toHaveLength(3)
  })

  test('alone it makes blocks by itself', async () => {
    const node = createNode({ automine: 'solo' })
    const reached = new Promise<void>((resolve) => {
      node.watch((event) => event.kind === 'block' && event.block.number >= 2 && resolve())
    })
    await node.start()
    await reached
    expect(node.status().automine).toBe('solo')
  })

  test('blocks sink into the cascade, and what was paid long ago is still found, owned and proved', async () => {
    const node = await startNode({ network: 'test' })
    await mine(node, 4)
    const address = node.track('RETURN FALSE')
    const { txpowId } = await node.submit({ outputs: [{ address, amount: MiniNumber.of(5) }], fund: true })
    await mine(node, 45)
    expect(node.status().cascadeLength).toBeGreaterThan(0)
    const [coin] = node.coins({ address })
    const root = node.status().root!
    expect(coin!.created.toBigInt()).toBeLessThan(BigInt(root.number))
    expect(node.inclusion(txpowId)?.block.number).toBeLessThan(root.number)
    expect(node.block({ number: 3 })?.number).toBe(3)
    expect(node.coinProof(toHex(coin!.coinId))).toBeDefined()
    await node.stop()
    await node.start()
    expect(node.coins({ address })).toEqual([coin])
    expect(node.coinProof(toHex(coin!.coinId))).toBeDefined()
    await mine(node, 5)
    // A coin that old can be spent: the wallet's own change is as old.
    await node.submit({ outputs: [{ address, amount: MiniNumber.of(6) }], fund: true })
    await mine(node, 1)
    expect(node.coins({ address })).toHaveLength(2)
  })
})

describe('spending', () => {
  test('what is submitted passes every check of the chain, and the money stays the same but for the burn', async () => {
    const node = await startNode()
    await mine(node, 4)
    const address = await node.address()
    const burn = MiniNumber.of('0.25')
    const { txpow, txpowId } = await node.submit({
      outputs: [{ address, amount: MiniNumber.of('7.5') }],
      burn,
      fund: true,
    })
    expect(checkBasic(txpow).ok && checkSignatures(txpow).ok).toBe(true)
    await mine(node, 2)
    expect(node.inclusion(txpowId)).toBeDefined()
    const total = node.coins({}).reduce((sum, coin) => sum.add(coin.amount), MiniNumber.ZERO)
    expect(total.toString()).toBe('999999999.75')
    expect(node.status().supply).toBe('999999999.75')
  })

  test('a token is created, sent in its own units, and its change comes back', async () => {
    const node = await startNode()
    await mine(node, 4)
    const address = await node.address()
    const create = { name: '{"name":"kWh"}', decimals: 3 }
    await node.submit({ outputs: [{ address, amount: MiniNumber.of(1000), create }], fund: true })
    await mine(node, 5)
    const [token] = node.coins({}).filter((coin) => coin.token !== null)
    const tokenId = toHex(token!.tokenId)
    expect(toTokenAmount(token!.token!, token!.amount).toString()).toBe('1000')

    const market = node.track('RETURN FALSE')
    await node.submit({ outputs: [{ address: market, amount: MiniNumber.of('12.345'), tokenId }], fund: true })
    await mine(node, 2)
    const amounts = node.coins({ tokenId }).map(({ amount, token: kind }) => toTokenAmount(kind!, amount).toString())
    expect(amounts).toContain('12.345')
    const sum = amounts.reduce((total, amount) => total.add(MiniNumber.of(amount)), MiniNumber.ZERO)
    expect(sum.toString()).toBe('1000')

    const tooFine = { address, amount: MiniNumber.of('0.0001'), tokenId }
    expect(await codeOf(node.submit({ outputs: [tooFine], fund: true }))).toBe('bad-draft')
    const unknown = { address, amount: MiniNumber.ONE, tokenId: `0x${'AB'.repeat(32)}` }
    expect(await codeOf(node.submit({ outputs: [unknown], fund: true }))).toBe('unknown-token')
  })

  test('a script that forbids the spend is found before any work is done', async () => {
    const node = await startNode()
    await mine(node, 4)
    const address = node.track('RETURN @BLOCK GT 1000')
    await node.submit({ outputs: [{ address, amount: MiniNumber.ONE }], fund: true })
    await mine(node, 1)
    const [coin] = node.coins({ address })
    const draft = { inputs: [toHex(coin!.coinId)], outputs: [{ address, amount: MiniNumber.ONE }] }
    expect(await codeOf(node.submit(draft))).toBe('transaction-invalid')
    expect(await codeOf(node.submit({ ...draft, signers: [`0x${'AA'.repeat(32)}`] }))).toBe('unknown-key')
    const lossy = { inputs: draft.inputs, outputs: [{ address, amount: MiniNumber.of('0.5') }] }
    expect(await codeOf(node.submit(lossy))).toBe('bad-draft')
  })

  test('more outputs or state than nodes relay are refused', async () => {
    const node = await startNode()
    await mine(node, 4)
    const address = await node.address()
    const output = { address, amount: MiniNumber.ONE }
    const outputs = Array.from({ length: 16 }, () => output)
    expect(await codeOf(node.submit({ outputs, fund: true }))).toBe('transaction-too-large')
    const state = [{ port: 0, type: 4, value: `[${'x'.repeat(70_000)}]` } as const]
    expect(await codeOf(node.submit({ outputs: [output], state, fund: true }))).toBe('transaction-too-large')
    expect(node.coins({})).toHaveLength(1)
    await node.submit({ outputs: [output], fund: true })
  })

  test('a key that has made all its signatures signs no more', async () => {
    const node = await startNode()
    await mine(node, 4)
    await node.stop()
    const raw = new DatabaseSync(join(folder, 'node.db'))
    raw.exec('UPDATE key SET uses = 262144')
    raw.close()
    await node.start()
    const address = await node.address()
    expect(await codeOf(node.submit({ outputs: [{ address, amount: MiniNumber.ONE }], fund: true }))).toBe(
      'key-exhausted',
    )
  })
})

describe('what goes wrong with the store', () => {
  test('a full disk stops the write with its own name; afterwards nothing is missing and the chain goes on', async () => {
    const node = await startNode()
    await mine(node, 5)
    const tip = node.tip()!
    await node.stop()
    const cramped = await startNode({ storeBytesMax: 1 })
    await expect(
      (async () => {
        for (let i = 0; i < 100; i++) await mine(cramped, 1)
      })(),
    ).rejects.toMatchObject({ code: 'disk-full' })
    const reached = cramped.tip()!
    expect(reached.number).toBeGreaterThanOrEqual(tip.number)
    await cramped.stop()

    await node.start()
    expect(node.tip()).toEqual(reached)
    await mine(node, 2)
    expect(node.tip()!.number).toBe(reached.number + 2)
  })

  test('a damaged block is found at the start', async () => {
    const node = await startNode()
    await mine(node, 5)
    await node.stop()
    const raw = new DatabaseSync(join(folder, 'node.db'))
    raw.exec(
      'UPDATE block SET txblock = CAST(substr(txblock, 1, length(txblock) - 40) || zeroblob(40) AS BLOB) WHERE number = 3',
    )
    raw.close()
    expect(await codeOf(node.start())).toBe('store-damaged')
  })
})
