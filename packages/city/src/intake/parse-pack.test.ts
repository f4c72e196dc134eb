import { encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ed25519, sha256 } from '../crypto/index.ts'
import { signingKey } from '../identity/index.ts'
import { merkleHash } from '../log/index.ts'
import { formatPack, wirePack } from './pack.ts'
import { PACK_BYTES_MAX } from './pack-limits.ts'
import { PackSealer } from './pack-seal.ts'
import { PackSigner } from './pack-signer.ts'
import { isPackList, PACK_LIST_BYTES_MAX, type PackEncoding, packFrom, parsePack, parsePackList } from './parse-pack.ts'
import { Refusal, type RefusalCode } from './refusal.ts'

const signer = new PackSigner(
  { device: 'd', stream: 's', unit: '%', key: signingKey(new Uint8Array(32).fill(1), ed25519) },
  { sealer: new PackSealer(sha256, merkleHash), ed25519 },
)
signer.sign([{ timeMs: 0, value: '0' }])
const pack = signer.sign([
  { timeMs: 1, value: '1.50' },
  { timeMs: 2, value: 'x', quality: 'suspect', note: 'n', received: { time: 't', zone: 'UTC' } },
  { timeMs: 3, value: null, commitment: 'ab'.repeat(32) },
])
const wire = wirePack(pack)
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const codeOf = (bytes: Uint8Array, encoding: PackEncoding = 'json'): RefusalCode | undefined => {
  const parsed = parsePack(bytes, encoding)
  return parsed instanceof Refusal ? parsed.code : undefined
}

describe('a pack on the wire', () => {
  test('comes back from JSON and from CBOR', () => {
    expect(parsePack(new TextEncoder().encode(formatPack(pack)), 'json')).toEqual(pack)
    const binary = {
      ...wire,
      previous: Buffer.from(wire.previous!, 'hex'),
      signature: pack.signature,
      readings: wire.readings.map((reading) =>
        reading.commitment ? { ...reading, commitment: Buffer.from(reading.commitment, 'hex') } : reading,
      ),
    }
    expect(parsePack(encode(binary), 'cbor')).toEqual(pack)
    expect(parsePack(encode(wire), 'cbor')).toEqual(pack)
  })

  test.each<[string, object]>([
    ['a member too many', { ...wire, extra: 1 }],
    ['a missing member', { ...wire, unit: undefined }],
    ['no readings', { ...wire, readings: [] }],
    ['readings beyond the limit', { ...wire, readings: Array(1_001).fill({ time: 't', value: '' }) }],
    ['a sequence of 0', { ...wire, first: 0 }],
    ['a sequence beyond the limit', { ...wire, first: 2 ** 49 }],
    ['a broken sequence', { ...wire, first: 1.5 }],
    ['an id with a blank', { ...wire, stream: 'a b' }],
    ['an upper-case hash', { ...wire, previous: 'AB'.repeat(32) }],
    ['a value that is a number', { ...wire, readings: [{ time: wire.readings[0]!.time, value: 1.5 }] }],
    ['an unknown quality', { ...wire, readings: [{ ...wire.readings[0], quality: 'good' }] }],
    ['a signature of other length', { ...wire, signature: 'AAAA' }],
    ['a signature that is not base64', { ...wire, signature: '-'.repeat(88) }],
    ['half a character', { ...wire, readings: [{ ...wire.readings[0], value: '\ud800' }] }],
    ['an array', []],
    ['nothing', null as unknown as object],
  ])('with %s is refused for its form', (_, value) => {
    expect(codeOf(bytesOf(value))).toBe('schema')
  })

  test.each(['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.000+00:00', '2026-02-30T08:00:00.000Z', '1', ''])(
    'with the time %j is refused for its time',
    (time) => {
      expect(codeOf(bytesOf({ ...wire, readings: [{ time, value: '1' }] }))).toBe('time')
    },
  )

  test('is refused when it is too large, before it is read', () => {
    expect(codeOf(new Uint8Array(PACK_BYTES_MAX + 1))).toBe('oversize')
  })

  test('nested without end is refused and not followed', () => {
    const deep = '['.repeat(PACK_BYTES_MAX)
    expect(codeOf(new TextEncoder().encode(deep))).toBe('syntax')
    expect(codeOf(new TextEncoder().encode('['.repeat(100_000) + ']'.repeat(100_000)))).toBe('schema')
    expect(codeOf(new Uint8Array(PACK_BYTES_MAX).fill(0x81), 'cbor')).toBe('syntax')
    expect(codeOf(Uint8Array.of(0x9b, 0x7f, 255, 255, 255, 255, 255, 255, 255), 'cbor')).toBe('syntax')
  })

  test('comes in lists too, in JSON and in CBOR', () => {
    const json = new TextEncoder().encode(` \n[${formatPack(pack)},${formatPack(pack)}]`)
    const cbor = encode([wire, { ...wire, signature: pack.signature }])
    for (const [bytes, encoding] of [
      [json, 'json'],
      [cbor, 'cbor'],
    ] as const) {
      expect(isPackList(bytes, encoding)).toBe(true)
      expect((parsePackList(bytes, encoding) as unknown[]).map(packFrom)).toEqual([pack, pack])
    }
    expect(isPackList(new TextEncoder().encode(formatPack(pack)), 'json')).toBe(false)
    expect(isPackList(encode(wire), 'cbor')).toBe(false)
    expect(parsePackList(bytesOf(Array(101).fill(1)), 'json')).toMatchObject({ code: 'schema' })
    expect(parsePackList(new Uint8Array(PACK_LIST_BYTES_MAX).fill(0x81), 'cbor')).toMatchObject({ code: 'syntax' })
    expect(parsePackList(new Uint8Array(PACK_LIST_BYTES_MAX + 1), 'cbor')).toMatchObject({ code: 'oversize' })
  })

  test('of strange CBOR is refused: doubled keys, tags, bytes behind the end, broken text', () => {
    expect(codeOf(Uint8Array.of(0xa2, 0x61, 0x61, 1, 0x61, 0x61, 2), 'cbor')).toBe('syntax')
    expect(codeOf(Uint8Array.of(0xc1, 1), 'cbor')).toBe('syntax')
    expect(codeOf(Uint8Array.from([...encode(wire), 0]), 'cbor')).toBe('syntax')
    expect(codeOf(Uint8Array.of(0xff, 0xfe, 0x7b), 'json')).toBe('syntax')
  })

  test('of any bytes gives a pack or a refusal, never an exception', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom<PackEncoding>('json', 'cbor'),
        (bytes, encoding) => {
          expect(parsePack(bytes, encoding)).toBeInstanceOf(Refusal)
        },
      ),
      { numRuns: 500 },
    )
    const cbor = encode(wire)
    fc.assert(
      fc.property(fc.nat(cbor.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = cbor.slice()
        damaged[at]! ^= change
        parsePack(damaged, 'cbor')
      }),
      { numRuns: 1_000 },
    )
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'medium' }), fc.constantFrom(...Object.keys(wire)), (value, name) => {
        parsePack(bytesOf({ ...wire, [name]: value }), 'json')
      }),
    )
  })
})
