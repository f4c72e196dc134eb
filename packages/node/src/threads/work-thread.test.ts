import {
  decode,
  encode,
  mineNonces,
  Signature,
  sha3_256,
  TreeKey,
  toHex,
  verifyTreeSignature,
  walletPrivateSeed,
} from '@minipolis/minima'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WorkThread } from './work-thread.ts'

let thread: WorkThread
beforeEach(() => {
  thread = new WorkThread()
})
afterEach(() => thread.stop())

const seed = new Uint8Array(32).fill(5)
const impossible = { kind: 'mine', header: new Uint8Array(200), nonceOffset: 3, target: Uint8Array.of(1) } as const
const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: { code?: unknown; name?: unknown }) => (typeof error.code === 'string' ? error.code : error.name),
  )

test('a signature comes while a nonce is searched that does not exist', async () => {
  const stop = new AbortController()
  const mining = codeOf(thread.run(impossible, 'in-turn', stop.signal))
  const privateSeed = walletPrivateSeed(seed, 3)
  const message = sha3_256(Uint8Array.of(1))
  const request = { kind: 'sign', privateSeed, key: 3, use: 70, message, nodes: [] } as const
  const { signature, made } = await thread.run(request, 'now')
  const publicKey = new TreeKey(privateSeed).publicKey
  expect(verifyTreeSignature(publicKey, message, decode(Signature, signature))).toBe(true)
  expect(made.map(({ path }) => path)).toEqual([[], [0], [0, 1]])

  // The nodes are there now, here and in another thread that is given them; damaged ones are made again.
  expect((await thread.run(request, 'now')).made).toEqual([])
  const other = new WorkThread()
  const damaged = made.map(({ path, bytes }, i) => ({ path, bytes: i === 1 ? bytes.map((byte) => byte ^ 1) : bytes }))
  const again = await other.run({ ...request, nodes: damaged }, 'now')
  await other.stop()
  expect(toHex(again.signature)).toBe(toHex(signature))
  expect(again.made.map(({ path }) => path)).toEqual([[0]])
  stop.abort()
  expect(await mining).toBe('AbortError')
})

test('signatures are verified alike whether their signer is known or not', async () => {
  const key = new TreeKey(walletPrivateSeed(seed, 1))
  const [message, other] = [1, 2].map((byte) => sha3_256(Uint8Array.of(byte))) as [Uint8Array, Uint8Array]
  const check = (use: number, signed: Uint8Array) => ({
    message,
    signature: encode(Signature, key.signAt(use, signed)),
  })
  const verdict = async (...checks: ReturnType<typeof check>[]) =>
    (await thread.run({ kind: 'verify', checks }, 'in-turn')).verdict
  expect(await verdict(check(0, other))).toBe('fails')
  expect(await verdict(check(0, message), check(1, message))).toBe('holds')
  expect(await verdict(check(2, message), check(3, other))).toBe('fails')
  expect(await verdict(check(4, message))).toBe('holds')
})

test('the nonce found is one that the main thread finds good', async () => {
  const header = new Uint8Array(300).map((_, i) => i)
  const target = new Uint8Array(31).fill(0xff)
  const { counter } = await thread.run({ kind: 'mine', header, nonceOffset: 3, target }, 'in-turn')
  const range = { nonceOffset: 3, nonceLength: 8, startCounter: counter, attempts: 1 }
  expect(mineNonces(header, range, target)).toBe(counter)
})

test('short work is done without a thread, much of it with one, and both sign alike', async () => {
  const privateSeed = walletPrivateSeed(seed, 0)
  const request = { kind: 'sign', privateSeed, key: 0, message: sha3_256(seed), nodes: [] } as const
  const quiet = await thread.run({ ...request, use: 0 }, 'now')
  expect(thread.hasThread).toBe(false)
  const busy = await Promise.all(Array.from({ length: 5 }, (_, use) => thread.run({ ...request, use }, 'now')))
  expect(thread.hasThread).toBe(true)
  expect(toHex(busy[0]!.signature)).toBe(toHex(quiet.signature))
  const inThread = await thread.run({ ...request, use: 4 }, 'now')
  expect(toHex(inThread.signature)).toBe(toHex(busy[4]!.signature))
})

test('much short work one after the other is enough for a thread, too', async () => {
  const target = new Uint8Array(32).fill(0xff)
  for (let i = 0; i < 10_000 && !thread.hasThread; i++) {
    await thread.run({ kind: 'mine', header: new Uint8Array(200), nonceOffset: 3, target }, 'in-turn')
  }
  expect(thread.hasThread).toBe(true)
})

test('short work ends when it is called off, and with the node', async () => {
  const stop = new AbortController()
  const makeKey = { kind: 'make-key', privateSeed: seed } as const
  const calledOff = codeOf(thread.run(makeKey, 'no-hurry', stop.signal))
  const unfinished = codeOf(thread.run(makeKey, 'no-hurry'))
  stop.abort()
  expect(await calledOff).toBe('AbortError')
  await thread.stop()
  expect(await unfinished).toBe('not-running')
  expect(thread.hasThread).toBe(false)
})

test('a stopped thread fails what it was asked and takes nothing more', async () => {
  const mining = codeOf(thread.run(impossible, 'in-turn'))
  await thread.stop()
  expect(await mining).toBe('not-running')
  expect(await codeOf(thread.run(impossible, 'in-turn'))).toBe('not-running')
})

test('a request that fails does not take the thread with it', async () => {
  const bad = { ...impossible, header: new Uint8Array(9000) }
  expect(await codeOf(thread.run(bad, 'in-turn'))).toBe('thread-failed')
  expect((await thread.run({ kind: 'make-key', privateSeed: seed }, 'now')).publicKey).toHaveLength(32)
})
