import { absorbBlocks } from './absorb.ts'
import { type Code, type FunctionSource, i32Type, i64Type } from './assembler.ts'
import { call, get, i32, i64, repeatWhile, returnValue, set, tee, when } from './instructions.ts'
import { STATE_WORDS } from './keccak-constants.ts'
import type { Lanes } from './lanes.ts'
import { HASH_BYTES, memoryMap } from './memory-map.ts'

const nowhere = i32.constant(0)
const one = i32.constant(1)

/**
 * `below(laneOffset) → 0 | 1`: is the hash of that lane, as a big-endian number, less than the target? Byte by byte
 * from the front: nearly always the first bytes decide.
 */
export function belowTargetFunction(lanes: Lanes): FunctionSource {
  const [laneOffset, index, hashByte, targetByte] = [0, 1, 2, 3] as const
  const word = i32.mul(i32.shiftRight(get(index), i32.constant(3)), i32.constant(lanes.wordBytes))
  const address = i32.add(get(laneOffset), i32.add(word, i32.and(get(index), i32.constant(7))))
  return {
    parameters: [i32Type],
    results: [i32Type],
    locals: [i32Type, i32Type, i32Type],
    body: [
      ...repeatWhile(
        [
          ...set(hashByte, i32.load8(address, memoryMap.state)),
          ...set(targetByte, i32.load8(get(index), memoryMap.target)),
          ...when(i32.less(get(hashByte), get(targetByte)), returnValue(one)),
          ...when(i32.less(get(targetByte), get(hashByte)), returnValue(i32.constant(0))),
        ],
        i32.less(tee(index, i32.add(get(index), one)), i32.constant(HASH_BYTES)),
      ),
      ...i32.constant(0),
    ],
  }
}

/**
 * `mine(pointer, blocks, nonceOffset, nonceLength, counter, attempts) → index of the first attempt below the target, or -1`.
 *
 * The saved state holds everything before the block with the nonce; `blocks` blocks from `pointer` on are hashed
 * for every attempt, each lane with a counter of its own.
 */
export function mineFunction(lanes: Lanes, permute: number, belowTarget: number): FunctionSource {
  const [firstPointer, firstBlocks, nonceOffset, nonceLength, counter, attempts] = [0, 1, 2, 3, 4, 5] as const
  const [index, pointer, blocks, byte, rest] = [6, 7, 8, 9, 10] as const
  const everyLane = Array.from({ length: lanes.count }, (_, lane) => lane)
  const stateWords = Array.from({ length: STATE_WORDS }, (_, word) => word * lanes.wordBytes)

  const writeNonce = (lane: number): Code => [
    ...set(rest, i64.add(get(counter), i64.constant(BigInt(lane)))),
    ...set(byte, get(nonceLength)),
    ...repeatWhile(
      [
        ...set(byte, i32.sub(get(byte), one)),
        ...i64.store8(i32.add(get(nonceOffset), get(byte)), get(rest), memoryMap.messages[lane]),
        ...set(rest, i64.shiftRight(get(rest), i64.constant(8n))),
      ],
      get(byte),
    ),
  ]
  const restoreState = stateWords.flatMap((at) =>
    lanes.store(nowhere, lanes.load(nowhere, memoryMap.savedState + at), memoryMap.state + at),
  )
  return {
    exportName: 'mine',
    parameters: [i32Type, i32Type, i32Type, i32Type, i64Type, i32Type],
    results: [i32Type],
    locals: [i32Type, i32Type, i32Type, i32Type, i64Type],
    body: [
      ...repeatWhile(
        [
          ...everyLane.flatMap(writeNonce),
          ...restoreState,
          ...set(pointer, get(firstPointer)),
          ...set(blocks, get(firstBlocks)),
          ...absorbBlocks(lanes, permute, pointer, blocks),
          ...everyLane.flatMap((lane) =>
            when(
              [...i32.constant(8 * lane), ...call(belowTarget)],
              returnValue(i32.add(get(index), i32.constant(lane))),
            ),
          ),
          ...set(counter, i64.add(get(counter), i64.constant(BigInt(lanes.count)))),
        ],
        i32.less(tee(index, i32.add(get(index), i32.constant(lanes.count))), get(attempts)),
      ),
      ...i32.constant(-1),
    ],
  }
}
