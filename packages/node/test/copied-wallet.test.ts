import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MiniNumber, type Signature, type TxPoW, toHex, transactionId } from '@minipolis/minima'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MinimaNode } from '../src/index.ts'

const MINUTE_MS = 60_000

let root: string
let folder: string
let copy: string
let nowMs: number
let node: MinimaNode | undefined
/** What was signed, by one-time key. */
let signed: Map<string, string>

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'minipolis-copied-'))
  folder = join(root, 'node')
  copy = join(root, 'copy')
  mkdirSync(folder)
  nowMs = Date.UTC(2026, 0, 1)
  signed = new Map()
})
afterEach(async () => {
  await stop()
  rmSync(root, { recursive: true })
})

const file = () => join(folder, 'node.sqlite')
const mark = () => `${file()}.uses`

async function start(): Promise<MinimaNode> {
  node = new MinimaNode(
    { network: 'dev', file: file(), automine: 'off' },
    { now: () => nowMs, random: (size) => randomBytes(size) },
  )
  await node.start()
  return node
}

async function stop(): Promise<void> {
  await node?.stop()
  node = undefined
}

const mine = async (blocks: number): Promise<void> => {
  for (let i = 0; i < blocks; i++) {
    nowMs += node!.blockTimeMs
    await node!.mineBlock()
  }
}

/** Number of the one-time key that made a signature: the places of its keys in their nodes, root first. */
const useOf = ({ proofs }: Signature): number =>
  proofs.reduce(
    (use, { proof }) => use * 64 + proof.chunks.reduce((place, { left }, row) => place + (left ? 1 << row : 0), 0),
    0,
  )

/** Notes all signatures, and insists that no one-time key signed two different things. @returns their numbers */
function check({ witness, transaction }: NonNullable<TxPoW['body']>): number[] {
  const message = toHex(transactionId(transaction))
  return witness.signatures.map((signature) => {
    const key = toHex(signature.proofs.at(-1)!.publicKey)
    expect(signed.get(key) ?? message, `one-time key ${key} signed twice`).toBe(message)
    signed.set(key, message)
    return useOf(signature)
  })
}

/** Sends something to itself. @returns the numbers of the one-time keys used */
async function send(amount = 1): Promise<number[]> {
  const address = await node!.address()
  const { txpow } = await node!.submit({ outputs: [{ address, amount: MiniNumber.parse(String(amount)) }], fund: true })
  await mine(4)
  return check(txpow.body!)
}

/** A life of a node in which it sends. @returns the greatest number of a one-time key used */
async function live(amounts: readonly number[]): Promise<number> {
  await start()
  await mine(4)
  const used: number[] = []
  for (const amount of amounts) used.push(...(await send(amount)))
  await stop()
  return Math.max(...used)
}

test('a node that is just stopped and started goes on with the next one-time key', async () => {
  expect(await live([1])).toBe(0)
  expect(await live([2])).toBeLessThan(3)
  expect(readFileSync(mark(), 'utf8')).toMatch(/^(0x[0-9A-F]{64} \d+\n)+$/)
  expect(statSync(mark()).mode & 0o777).toBe(0o600)
})

test('an older copy of the database uses no one-time key again', async () => {
  await live([1])
  copyFileSync(file(), copy)
  await live([2, 3, 4])
  for (let life = 0; life < 2; life++) {
    copyFileSync(copy, file())
    const most = await live([10 + life, 20 + life])
    expect(most).toBeGreaterThanOrEqual(256)
  }
})

test('an older copy of the whole folder uses no one-time key again, even the second time', async () => {
  await live([1])
  cpSync(folder, copy, { recursive: true })
  await live([2, 3])
  for (let life = 0; life < 2; life++) {
    rmSync(folder, { recursive: true })
    cpSync(copy, folder, { recursive: true })
    nowMs += 10 * MINUTE_MS
    await live([10 + life, 20 + life])
  }
})

test('a copy that was put over the files in place, with their times, is noticed too', async () => {
  await live([1])
  const [uses, times] = [readFileSync(mark()), statSync(mark())]
  cpSync(folder, copy, { recursive: true })
  await live([2, 3])
  for (const name of readdirSync(copy)) copyFileSync(join(copy, name), join(folder, name))
  utimesSync(mark(), times.atime, times.mtime)
  expect(readFileSync(mark())).toEqual(uses)
  await live([4, 5])
})

test('the older the copy, the more is skipped, up to a limit', async () => {
  await live([1])
  rmSync(mark())
  nowMs += 100 * MINUTE_MS
  const first = await live([2])
  expect(first).toBeGreaterThan(256 + 99)
  expect(first).toBeLessThan(256 + 200)
  rmSync(mark())
  nowMs += 1_000_000 * MINUTE_MS
  const second = await live([3])
  expect(second - first).toBeGreaterThan(8_192)
  expect(second - first).toBeLessThan(8_192 + 256 + 10)
})

test('a mark that lost its end, or holds nonsense, counts as another one', async () => {
  await live([1])
  appendFileSync(mark(), 'half a li')
  const most = await live([2])
  expect(most).toBeGreaterThanOrEqual(256)
  expect(readFileSync(mark(), 'utf8')).toMatch(/^(0x[0-9A-F]{64} \d+\n)+$/)
  expect(await live([3])).toBeLessThan(most + 5)
})

test('a change of mode skips some uses, but not for ever', async () => {
  await live([1])
  let most = 0
  for (let start = 0; start < 70; start++) {
    chmodSync(mark(), start % 2 ? 0o600 : 0o400)
    most = await startAndLook()
  }
  expect(most).toBeGreaterThanOrEqual(64 * 256)
  expect(most).toBeLessThan(65 * 256)
})

test('a key that is made again after a copy was put back begins behind its first life', async () => {
  await live([1])
  copyFileSync(file(), copy)
  await start()
  const key = await node!.keyFor('a lamp')
  await stop()
  expect(usesOf('a lamp')).toBe(0)
  copyFileSync(copy, file())
  // A second mark, of a life that this copy knows nothing of.
  appendFileSync(mark(), `${key} 700\n`)
  await start()
  expect(await node!.keyFor('a lamp')).toBe(key)
  await stop()
  expect(usesOf('a lamp')).toBe(700)
  rmSync(mark())
  copyFileSync(copy, file())
  await start()
  await node!.keyFor('a lamp')
  await stop()
  expect(usesOf('a lamp')).toBeGreaterThanOrEqual(256)
})

const read = (sql: string): number => {
  const raw = new DatabaseSync(file())
  const value = Number(raw.prepare(sql).get()?.value)
  raw.close()
  return value
}
const usesOf = (purpose: string): number => read(`SELECT uses AS value FROM key WHERE purpose = '${purpose}'`)

/** Opens and closes the wallet. @returns the greatest counter of its keys */
async function startAndLook(): Promise<number> {
  await start()
  await stop()
  return read('SELECT max(uses) AS value FROM key')
}
