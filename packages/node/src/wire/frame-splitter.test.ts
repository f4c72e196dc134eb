import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeFrame, type Frame } from './frame.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { WireError } from './wire-error.ts'

const anyFrame = fc.record({ type: fc.nat(255), payload: fc.uint8Array({ maxLength: 300 }) })

function split(bytes: Uint8Array, sizes: readonly number[]): (Frame | 'empty')[] {
  const splitter = new FrameSplitter(() => 1 << 20)
  const frames: (Frame | 'empty')[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    splitter.push(bytes.subarray(at, at + size))
    at += size
    for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) frames.push(frame)
  }
  expect(splitter.heldBytes).toBe(0)
  return frames
}

describe('a frame splitter', () => {
  test('gives the frames that were written, however their bytes were cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 }),
        (frames, sizes) => {
          expect(split(Buffer.concat(frames.map(encodeFrame)), sizes)).toEqual(frames)
        },
      ),
    )
  })

  test('passes over frames without a type', () => {
    const ping = { type: 8, payload: new Uint8Array(0) }
    expect(split(Buffer.concat([new Uint8Array(8), encodeFrame(ping)]), [3])).toEqual(['empty', 'empty', ping])
  })

  test('keeps memory in step with what has come, not with what is announced', () => {
    const splitter = new FrameSplitter(() => 1 << 28)
    splitter.push(Buffer.from('0c80000001', 'hex'))
    expect(splitter.next()).toBeUndefined()
    expect(splitter.heldBytes).toBeLessThan(10_000)
    let received = 5
    for (let i = 0; i < 400; i++) {
      const chunk = new Uint8Array(1 + (i % 700))
      received += chunk.length
      splitter.push(chunk)
      expect(splitter.next()).toBeUndefined()
      expect(splitter.heldBytes).toBeLessThanOrEqual(Math.max(2 * received, 4096))
    }
    expect(splitter.frameBytes).toBe(received)
  })

  test('gives payloads that do not change with the chunks they came in', () => {
    const splitter = new FrameSplitter(() => 100)
    const chunk = encodeFrame({ type: 2, payload: Uint8Array.of(1, 2, 3) })
    splitter.push(chunk)
    const frame = splitter.next() as Frame
    chunk.fill(9)
    expect(frame.payload).toEqual(Uint8Array.of(1, 2, 3))
  })

  test.each([
    ['a negative length', 'ffffffff', 'frame-length'],
    ['a length above 256 MiB', '10000001', 'frame-length'],
    ['more than its type allows', '0000006602', 'frame-too-large'],
  ])('refuses %s at once', (_, hex, code) => {
    const splitter = new FrameSplitter(() => 100)
    splitter.push(Buffer.from(hex, 'hex'))
    expect(() => splitter.next()).toThrow(expect.objectContaining({ code }))
    expect(() => splitter.next()).toThrow(WireError)
  })
})
