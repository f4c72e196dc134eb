import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WriteQueue } from './write-queue.ts'

/** More than both ends of a connection hold for each other. */
const LARGE_BYTES = 24 * 1024 * 1024
const CHUNK_BYTES = 4 * 1024 * 1024

let server: Server
let near: Socket
let far: Socket
let queue: WriteQueue
let received: Buffer[]
let receivedBytes: number
/** The reader takes so many bytes and no more. */
let wantedBytes: number

beforeEach(async () => {
  received = []
  receivedBytes = 0
  wantedBytes = Number.POSITIVE_INFINITY
  server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  far = connect((server.address() as { port: number }).port, '127.0.0.1')
  far.pause()
  far.on('data', (chunk: Buffer) => {
    received.push(chunk)
    receivedBytes += chunk.length
    if (receivedBytes >= wantedBytes) far.pause()
  })
  near = await accepted
  queue = new WriteQueue(near, () => undefined)
})

afterEach(() => {
  near.destroy()
  far.destroy()
  server.close()
})

const until = (holds: () => boolean): Promise<void> => expect.poll(holds, { timeout: 20_000 }).toBe(true)

test('a large message is seen to go while its reader takes it bit by bit', async () => {
  queue.push(new Uint8Array(LARGE_BYTES))
  let sent = 0
  for (let step = 0; step < 3; step++) {
    wantedBytes = receivedBytes + CHUNK_BYTES
    far.resume()
    await until(() => far.isPaused())
    await until(() => queue.sentBytes > sent)
    sent = queue.sentBytes
    expect(queue.bytes).toBe(LARGE_BYTES - sent)
  }
  wantedBytes = LARGE_BYTES
  far.resume()
  await until(() => receivedBytes === LARGE_BYTES && queue.sentBytes === LARGE_BYTES)
})

test('messages of all sizes arrive whole and in their order', async () => {
  const messages = Array.from({ length: 5_000 }, (_, i) => new Uint8Array(i % 100 === 0 ? 150_000 : i % 300).fill(i))
  for (const message of messages) queue.push(message)
  const wanted = Buffer.concat(messages)
  far.resume()
  await until(() => receivedBytes === wanted.length && queue.bytes === 0)
  expect(Buffer.concat(received).equals(wanted)).toBe(true)
})
