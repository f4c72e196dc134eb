import { type Code, type FunctionSource, i32Type } from './assembler.ts'
import { call, get, i32, i64, type Local, set, tee, when, whileDo } from './instructions.ts'
import { STATE_WORDS } from './keccak-constants.ts'
import type { Lanes } from './lanes.ts'
import { BLOCK_WORDS, HASH_BYTES, HASH_WORDS, memoryMap } from './memory-map.ts'

const nowhere = i32.constant(0)
const hashWords = Array.from({ length: HASH_WORDS }, (_, index) => index)

/** SHA3 padding of a 32-byte message: bits 01, then 1, zeros, and 1 at the end of the block. */
const padding = (word: number): bigint => (word === HASH_WORDS ? 0x06n : word === BLOCK_WORDS - 1 ? 1n << 63n : 0n)

/**
 * `chains(count)`: replaces each of the `count` chain values by itself hashed as often as its number of steps says.
 *
 * The chains are a queue: a lane that finishes one takes the next, so chains of different lengths keep both lanes
 * busy to the end. A step hashes in place: the words of the last hash are the message, only the padding is written.
 */
export function chainsFunction(lanes: Lanes, permute: number): FunctionSource {
  const [count, next, active] = [0, 1, 2] as const
  const value = (lane: number): Local => 3 + 2 * lane
  const remaining = (lane: number): Local => 4 + 2 * lane
  const everyLane = Array.from({ length: lanes.count }, (_, lane) => lane)
  const stateWord = (lane: number, word: number): number => memoryMap.state + word * lanes.wordBytes + 8 * lane

  const load = (lane: number): Code =>
    hashWords.flatMap((word) =>
      i64.store(nowhere, i64.load(get(value(lane)), memoryMap.chainValues + 8 * word), stateWord(lane, word)),
    )
  const unload = (lane: number): Code =>
    hashWords.flatMap((word) =>
      i64.store(get(value(lane)), i64.load(nowhere, stateWord(lane, word)), memoryMap.chainValues + 8 * word),
    )
  /** Gives the lane the next chain that has steps; a lane that finds none goes on hashing what nobody reads. */
  const take = (lane: number): Code =>
    whileDo(i32.and(i32.isZero(get(remaining(lane))), i32.less(get(next), get(count))), [
      ...set(value(lane), i32.mul(get(next), i32.constant(HASH_BYTES))),
      ...set(next, i32.add(get(next), i32.constant(1))),
      ...when(
        tee(
          remaining(lane),
          i32.load(i32.sub(i32.mul(get(next), i32.constant(4)), i32.constant(4)), memoryMap.chainSteps),
        ),
        [...load(lane), ...set(active, i32.add(get(active), i32.constant(1)))],
      ),
    ])
  const finish = (lane: number): Code => [
    ...unload(lane),
    ...set(active, i32.sub(get(active), i32.constant(1))),
    ...take(lane),
  ]
  const pad = Array.from({ length: STATE_WORDS - HASH_WORDS }, (_, index) => HASH_WORDS + index).flatMap((word) =>
    lanes.store(nowhere, lanes.constant(padding(word)), memoryMap.state + word * lanes.wordBytes),
  )
  return {
    exportName: 'chains',
    parameters: [i32Type],
    results: [],
    locals: new Array<typeof i32Type>(2 + 2 * lanes.count).fill(i32Type),
    body: [
      ...everyLane.flatMap(take),
      ...whileDo(get(active), [
        ...pad,
        ...call(permute),
        ...everyLane.flatMap((lane) =>
          // A lane without a chain counts down from 2^32 and would need hours to come back to zero.
          when(i32.isZero(tee(remaining(lane), i32.sub(get(remaining(lane)), i32.constant(1)))), finish(lane)),
        ),
      ]),
    ],
  }
}
