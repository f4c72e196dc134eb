import { concatBytes, fromHex } from '../../src/codec/index.ts'
import type { SeededRandom } from './random.ts'

type Mutation = (bytes: Uint8Array, random: SeededRandom, other: Uint8Array) => Uint8Array

/** Lengths, counts and numbers that lie about what follows. */
const BOMBS = [
  '0x7FFFFFFF',
  '0x20000000',
  '0x20000001',
  '0x80000000',
  '0xFFFFFFFF',
  '0x00000000',
  '0x00000041',
  '0x00047FFFFFFF',
  '0x000500FFFFFFFF',
  '0x0001FF',
  '0x800101',
  '0x7F0101',
  '0x7F207FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF',
  '0x80207FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF',
  '0x0020800000000000000000000000000000000000000000000000000000000000000000',
  '0x000900FFFFFFFFFFFFFFFF',
  '0xEDA0BFEDA080F0',
].map(fromHex)

const replace = (bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array =>
  concatBytes(bytes.subarray(0, at), insert, bytes.subarray(Math.min(bytes.length, at + remove)))

const mutations: readonly Mutation[] = [
  // one bit
  (bytes, random) => {
    if (bytes.length === 0) return bytes
    const copy = bytes.slice()
    const at = random.below(copy.length)
    copy[at] = copy[at]! ^ (1 << random.below(8))
    return copy
  },
  // one byte
  (bytes, random) => replace(bytes, random.below(bytes.length + 1), 1, Uint8Array.of(random.below(256))),
  // cut off
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  // cut out
  (bytes, random) => replace(bytes, random.below(bytes.length + 1), random.below(40), new Uint8Array(0)),
  // repeat a part, many times over: nesting and long lists
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    const part = bytes.subarray(at, at + 1 + random.below(24))
    return replace(bytes, at, 0, concatBytes(...Array.from({ length: 1 + random.below(200) }, () => part)))
  },
  // lie about a length, in place or pushed in
  (bytes, random) => {
    const bomb = random.pick(BOMBS)
    return replace(bytes, random.below(bytes.length + 1), random.below(2) * bomb.length, bomb)
  },
  // a part of another recording
  (bytes, random, other) => {
    const from = random.below(other.length + 1)
    return replace(
      bytes,
      random.below(bytes.length + 1),
      random.below(40),
      other.subarray(from, from + random.below(80)),
    )
  },
  // noise
  (bytes, random) =>
    replace(
      bytes,
      random.below(bytes.length + 1),
      random.below(16),
      Uint8Array.from({ length: random.below(16) }, () => random.below(256)),
    ),
]

/** One to four mutations of a recording; `other` is material to splice in. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  let mutated = bytes
  for (let i = 1 + random.below(4); i > 0; i--) mutated = random.pick(mutations)(mutated, random, other)
  return mutated
}
