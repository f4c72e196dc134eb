import { hash as nodeHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { toHex, utf8 } from '../codec/index.ts'
import type { Sha3Engine } from './engine/engine.ts'
import { javascriptEngine } from './engine/javascript.ts'
import { scalarEngine, simdEngine } from './engine/webassembly.ts'
import { sha3_256, sha3_256Pair, sha3EngineName } from './sha3.ts'
import { webAssemblyHost } from './wasm/host.ts'

const engines = [simdEngine(), scalarEngine(), javascriptEngine].filter((engine) => engine !== undefined)
const judge = (message: Uint8Array): string => `0x${nodeHash('sha3-256', message, 'hex').toUpperCase()}`
const message = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 0xff)

test('this host runs all three engines, and the fastest is taken', () => {
  expect(engines.map(({ name }) => name)).toEqual(['webassembly-simd', 'webassembly', 'javascript'])
  expect(sha3EngineName()).toBe('webassembly-simd')
})

describe.each(engines)('$name', (engine: Sha3Engine) => {
  test('hashes every length around the block boundaries as node:crypto does', () => {
    for (const length of [0, 1, 31, 32, 134, 135, 136, 137, 271, 272, 273, 407, 408, 409]) {
      expect(toHex(engine.hash(message(length))), `${length} bytes`).toBe(judge(message(length)))
    }
  })

  test('hashes messages longer than the memory it works in', () => {
    for (const length of [8158, 8159, 8160, 8161, 16_319, 16_320, 100_000, 1_000_003]) {
      expect(toHex(engine.hash(message(length))), `${length} bytes`).toBe(judge(message(length)))
    }
  })

  test('hashes any bytes of 0 to 1000 as node:crypto does, one by one and in pairs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), fc.uint8Array({ maxLength: 1000 }), (a, b) => {
        expect(toHex(engine.hash(a))).toBe(judge(a))
        expect(engine.hashPair(a, b).map(toHex)).toEqual([judge(a), judge(b)])
      }),
      { numRuns: 300 },
    )
  })

  test('hashes pairs of the same number of blocks', () => {
    for (const length of [0, 32, 135, 136, 500, 8159, 8160]) {
      const [a, b] = [message(length), message(length).reverse()]
      expect(engine.hashPair(a, b).map(toHex), `${length} bytes`).toEqual([judge(a), judge(b)])
    }
  })

  test('runs chains of different lengths, none, one, and more than fit in one run of the module', () => {
    expect(engine.hashChains([])).toEqual([])
    for (const count of [1, 2, 3, 34, 128, 129, 300]) {
      const chains = Array.from({ length: count }, (_, index) => ({
        value: sha3_256(utf8(`chain ${index}`)),
        steps: (index * 5) % 17,
      }))
      expect(engine.hashChains(chains).map(toHex), `${count} chains`).toEqual(
        chains.map(({ value, steps }) => {
          let result = value
          for (let step = 0; step < steps; step++) result = nodeHash('sha3-256', result, 'buffer')
          return toHex(result)
        }),
      )
    }
  })

  test('leaves nothing of a chain or a nonce search in the next hash', () => {
    engine.hashChains([{ value: message(32), steps: 3 }])
    const search = { header: message(700), nonceOffset: 300, nonceLength: 8, start: 0n, attempts: 3 }
    engine.searchNonce({ ...search, target: new Uint8Array(32) })
    expect(toHex(engine.hash(message(700)))).toBe(judge(message(700)))
    expect(engine.hashPair(message(20), message(30)).map(toHex)).toEqual([judge(message(20)), judge(message(30))])
  })
})

test('a hash is a fresh array that the next hash does not change', () => {
  const first = sha3_256(utf8('first'))
  const kept = toHex(first)
  const [second] = sha3_256Pair(utf8('second'), utf8('third'))
  expect(toHex(first)).toBe(kept)
  expect(second.byteOffset).toBe(0)
  expect(second.buffer.byteLength).toBe(32)
})

describe('a host that cannot or may not run WebAssembly', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  test('without WebAssembly there is no engine of it', () => {
    vi.stubGlobal('WebAssembly', undefined)
    expect([simdEngine(), scalarEngine()]).toEqual([undefined, undefined])
  })

  test('a compiler that a security policy switched off is no engine either', () => {
    vi.stubGlobal('WebAssembly', {
      validate: () => true,
      Module: class {
        constructor() {
          throw new EvalError('refused by content security policy')
        }
      },
    })
    expect([simdEngine(), scalarEngine()]).toEqual([undefined, undefined])
  })

  test('without SIMD the scalar module remains', () => {
    const { Module, Instance, validate } = webAssemblyHost()!
    const scalarSize = 5000
    vi.stubGlobal('WebAssembly', {
      Module,
      Instance,
      validate: (bytes: Uint8Array<ArrayBuffer>) => bytes.length < scalarSize && validate(bytes),
    })
    expect(simdEngine()).toBeUndefined()
    expect(scalarEngine()?.name).toBe('webassembly')
  })
})
