import { type Code, i64Type, type ValueType, v128Type } from './assembler.ts'
import { get, i32, i64, type Local, tee, v128 } from './instructions.ts'

/**
 * How the module holds the same 64-bit word of one or two hash states: everything above computes on such words and does
 * not know how many states it serves.
 */
export interface Lanes {
  /** States hashed at once. */
  readonly count: 1 | 2
  readonly type: ValueType
  /** Bytes of one word of all states in memory. */
  readonly wordBytes: number
  readonly load: (address: Code, offset: number) => Code
  readonly store: (address: Code, value: Code, offset: number) => Code
  /** The same constant for all states. */
  readonly constant: (value: bigint) => Code
  /** One word in memory, the same for all states. */
  readonly loadShared: (address: Code, offset: number) => Code
  /** One word of each state's own message, found at the same offset from the message's start. */
  readonly gather: (address: Code, messageOffsets: readonly number[], offset: number) => Code
  readonly xor: (a: Code, b: Code) => Code
  /** a AND NOT b */
  readonly andNot: (a: Code, b: Code) => Code
  /** `scratch` is a local that may be overwritten. */
  readonly rotateLeft: (value: Code, bits: number, scratch: Local) => Code
}

const allOnes = i64.constant(-1n)

/** One state in plain 64-bit integers: any WebAssembly. */
export const scalarLanes: Lanes = {
  count: 1,
  type: i64Type,
  wordBytes: 8,
  load: i64.load,
  store: i64.store,
  constant: i64.constant,
  loadShared: i64.load,
  gather: (address, [only], offset) => i64.load(address, only! + offset),
  xor: i64.xor,
  andNot: (a, b) => i64.and(a, i64.xor(b, allOnes)),
  rotateLeft: (value, bits) => (bits === 0 ? value : i64.rotateLeft(value, i64.constant(BigInt(bits)))),
}

/** Two states side by side in 128-bit vectors: WebAssembly with SIMD. */
export const simdLanes: Lanes = {
  count: 2,
  type: v128Type,
  wordBytes: 16,
  load: v128.load,
  store: v128.store,
  constant: (value) => v128.splatI64(i64.constant(value)),
  loadShared: v128.load64Splat,
  gather: (address, [low, high], offset) =>
    v128.load64High(address, v128.load64Zero(address, low! + offset), high! + offset),
  xor: v128.xor,
  andNot: v128.andNot,
  // There is no vector rotation: two shifts of the same value, so it is kept once in a local.
  rotateLeft: (value, bits, scratch) =>
    bits === 0
      ? value
      : v128.or(
          v128.shiftLeft64(tee(scratch, value), i32.constant(bits)),
          v128.shiftRight64(get(scratch), i32.constant(64 - bits)),
        ),
}
