import { type Code, type FunctionSource, i32Type } from './assembler.ts'
import { call, get, i32, i64, type Local, repeatWhile, set } from './instructions.ts'
import { STATE_WORDS } from './keccak-constants.ts'
import type { Lanes } from './lanes.ts'
import { BLOCK_BYTES, BLOCK_WORDS, HASH_BYTES, HASH_WORDS, memoryMap } from './memory-map.ts'

const nowhere = i32.constant(0)
const blockWords = Array.from({ length: BLOCK_WORDS }, (_, index) => index)
const stateWords = Array.from({ length: STATE_WORDS }, (_, index) => index)

/** Xors the block at byte `pointer` of each lane's message into the state. */
const xorBlock = (lanes: Lanes, pointer: Local): Code => {
  const messages = memoryMap.messages.slice(0, lanes.count)
  return blockWords.flatMap((word) => {
    const at = memoryMap.state + word * lanes.wordBytes
    const mixed = lanes.xor(lanes.load(nowhere, at), lanes.gather(get(pointer), messages, 8 * word))
    return lanes.store(nowhere, mixed, at)
  })
}

/** Absorbs `blocks` (1 or more) blocks from `pointer` on; leaves `pointer` behind them and `blocks` at 0. */
export const absorbBlocks = (lanes: Lanes, permute: number, pointer: Local, blocks: Local, afterXor: Code = []): Code =>
  repeatWhile(
    [
      ...xorBlock(lanes, pointer),
      ...afterXor,
      ...call(permute),
      ...set(pointer, i32.add(get(pointer), i32.constant(BLOCK_BYTES))),
      ...set(blocks, i32.sub(get(blocks), i32.constant(1))),
    ],
    get(blocks),
  )

/** Copies the hash of each lane out of the state, where the words of the lanes lie side by side. */
const squeeze = (lanes: Lanes): Code =>
  Array.from({ length: lanes.count * HASH_WORDS }, (_, index) => {
    const lane = Math.floor(index / HASH_WORDS)
    const word = index % HASH_WORDS
    const source = memoryMap.state + word * lanes.wordBytes + 8 * lane
    return i64.store(nowhere, i64.load(nowhere, source), memoryMap.hashes + lane * HASH_BYTES + 8 * word)
  }).flat()

/**
 * `absorb(blocks)`: absorbs the padded messages, wipes them, and gives the hashes of what was absorbed so far. The
 * wiping keeps the message areas zero between calls, so that the host writes the message, two padding bytes and
 * nothing else.
 */
export function absorbFunction(lanes: Lanes, permute: number): FunctionSource {
  const [blocks, pointer] = [0, 1] as const
  const wipe = memoryMap.messages
    .slice(0, lanes.count)
    .flatMap((message) => blockWords.flatMap((word) => i64.store(get(pointer), i64.constant(0n), message + 8 * word)))
  return {
    exportName: 'absorb',
    parameters: [i32Type],
    results: [],
    locals: [i32Type],
    body: [...absorbBlocks(lanes, permute, pointer, blocks, wipe), ...squeeze(lanes)],
  }
}

/** `hash(blocks)`: the same from the empty state. */
export function hashFunction(lanes: Lanes, absorb: number): FunctionSource {
  const clear = stateWords.flatMap((word) =>
    lanes.store(nowhere, lanes.constant(0n), memoryMap.state + word * lanes.wordBytes),
  )
  return {
    exportName: 'hash',
    parameters: [i32Type],
    results: [],
    locals: [],
    body: [...clear, ...get(0), ...call(absorb)],
  }
}
