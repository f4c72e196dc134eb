import { absorbFunction, hashFunction } from './absorb.ts'
import { assemble } from './assembler.ts'
import { chainsFunction } from './chains.ts'
import { keccakPermutation } from './keccak.ts'
import { roundConstants } from './keccak-constants.ts'
import type { Lanes } from './lanes.ts'
import { memoryMap } from './memory-map.ts'
import { belowTargetFunction, mineFunction } from './mine.ts'

const littleEndian = (word: bigint): number[] =>
  Array.from({ length: 8 }, (_, index) => Number((word >> BigInt(8 * index)) & 0xffn))

/** What the host sees of an instance. */
export interface Sha3Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly hash: (blocks: number) => void
  readonly absorb: (blocks: number) => void
  readonly chains: (count: number) => void
  readonly mine: (
    pointer: number,
    blocks: number,
    nonceOffset: number,
    nonceLength: number,
    counter: bigint,
    attempts: number,
  ) => number
}

/** The bytes of the SHA3-256 module for one state or for two at once. */
export function sha3Module(lanes: Lanes): Uint8Array<ArrayBuffer> {
  const [permute, absorb, belowTarget] = [0, 1, 4] as const
  return assemble({
    memoryName: 'memory',
    memoryPages: memoryMap.pages,
    functions: [
      keccakPermutation(lanes),
      absorbFunction(lanes, permute),
      hashFunction(lanes, absorb),
      chainsFunction(lanes, permute),
      belowTargetFunction(lanes),
      mineFunction(lanes, permute, belowTarget),
    ],
    data: { address: memoryMap.roundConstants, bytes: roundConstants.flatMap(littleEndian) },
  })
}
