import { encode, greetingRootBlock, TxPoW, toHex, txpowId } from '@minipolis/minima'
import { describe, expect, test } from 'vitest'
import {
  anyFrame,
  decodeMessage,
  encodeFrame,
  encodePayload,
  type Frame,
  FrameSplitter,
  IbdReader,
  parseP2P,
  printP2P,
} from '../src/wire/index.ts'
import { networkRecordings, type RecordedConnection, streamOf } from './recordings.ts'
import { createRandom } from './seeded-random.ts'

const DIRECTIONS = ['c2s', 's2c'] as const

function framesOf(bytes: Uint8Array, cut: () => number): Frame[] {
  const splitter = new FrameSplitter(anyFrame)
  const frames: Frame[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1, cut())
    splitter.push(bytes.subarray(at, at + size))
    at += size
    for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
      if (frame !== 'empty') frames.push(frame)
    }
  }
  expect(splitter.heldBytes).toBe(0)
  expect(splitter.isInFrame).toBe(false)
  return frames
}

const recordings = networkRecordings()

describe.each(recordings)('$name', ({ name, recording }) => {
  const streams = recording.connections.flatMap((connection: RecordedConnection) =>
    DIRECTIONS.map((direction) => ({
      connection,
      bytes: streamOf(connection, direction),
      messages: connection.messages.filter(({ dir }) => dir === direction),
    })),
  )

  test('is cut into its messages, whatever the chunks are', () => {
    const random = createRandom(name.length)
    for (const { bytes, messages } of streams) {
      const frames = framesOf(bytes, () => random.below(random.below(4) === 0 ? 20_000 : 40))
      expect(frames.map(({ type, payload }) => [type, payload.length + 1])).toEqual(
        messages.map(({ type, length }) => [type, length]),
      )
      if (bytes.length < 3000) expect(framesOf(bytes, () => 1)).toEqual(frames)
    }
  })

  test('is decoded to the last byte and written again as it was', () => {
    for (const { bytes, messages } of streams) {
      const written = framesOf(bytes, () => bytes.length).map((frame, i) => {
        const message = decodeMessage(frame)
        const payload = encodePayload(message)
        if (toHex(payload) !== toHex(frame.payload)) {
          expect.fail(`message ${messages[i]!.offset} ${message.name} is written differently`)
        }
        return encodeFrame({ type: frame.type, payload })
      })
      expect(Buffer.compare(Buffer.concat(written), bytes)).toBe(0)
    }
  })

  test('says what its recorder says', () => {
    for (const { bytes, messages } of streams) {
      for (const [i, frame] of framesOf(bytes, () => bytes.length).entries()) {
        const { decoded } = messages[i]!
        const message = decodeMessage(frame)
        switch (message.name) {
          case 'greeting':
            expect(message.value.version).toBe(decoded.version)
            expect(message.value.topBlock.toString()).toBe(decoded.topblock)
            expect(message.value.chain.length).toBe(decoded.chain_length)
            expect(greetingRootBlock(message.value).isNegative()).toBe(decoded.topblock === '-1')
            break
          case 'txpow':
            expect(toHex(txpowId(message.value))).toBe(decoded.txpowid)
            expect(encode(TxPoW, message.value).length).toBe(decoded.size)
            break
          case 'ibd':
          case 'ibdResponse':
          case 'archiveData': {
            const reader = new IbdReader(frame.payload)
            expect(reader.remaining).toBe(decoded.count)
            let blocks = 0
            for (let block = reader.next(); block !== undefined; block = reader.next()) blocks++
            expect(blocks).toBe(decoded.count)
            break
          }
          case 'p2p': {
            const p2p = parseP2P(message.value)
            expect(p2p && printP2P(p2p)).toBe(message.value)
            break
          }
        }
      }
    }
  })
})
