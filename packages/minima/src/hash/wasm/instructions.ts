/**
 * Instructions as functions of the code of their operands, so that a program reads like the expression it computes.
 * Source: WebAssembly Core Specification 2.0, section 5.4.
 */
import { type Code, signed, unsigned } from './assembler.ts'

/** A local variable or parameter, by number. */
export type Local = number

export const get = (local: Local): Code => [0x20, ...unsigned(local)]
export const set = (local: Local, value: Code): Code => [...value, 0x21, ...unsigned(local)]
/** Sets the local and leaves the value on the stack. */
export const tee = (local: Local, value: Code): Code => [...value, 0x22, ...unsigned(local)]
export const call = (functionIndex: number): Code => [0x10, ...unsigned(functionIndex)]

const block = 0x02
const loopTag = 0x03
const ifTag = 0x04
const noResult = 0x40
const end = 0x0b
/** Runs `body` again and again as long as the i32 that `condition` leaves is not zero; at least once. */
export const repeatWhile = (body: Code, condition: Code): Code => [
  ...[loopTag, noResult, ...body, ...condition],
  ...[0x0d, 0, end],
]
/** Runs `body` as long as `condition` holds, which is asked first. */
export const whileDo = (condition: Code, body: Code): Code => [
  ...[block, noResult, loopTag, noResult],
  ...[...condition, 0x45, 0x0d, 1],
  ...[...body, 0x0c, 0, end, end],
]
export const when = (condition: Code, body: Code): Code => [...condition, ifTag, noResult, ...body, end]
export const returnValue = (value: Code): Code => [...value, 0x0f]

const memory = (alignment: number, offset: number): Code => [...unsigned(alignment), ...unsigned(offset)]
const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)]

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value | 0)],
  load: (address: Code, offset = 0): Code => [...address, 0x28, ...memory(2, offset)],
  load8: (address: Code, offset = 0): Code => [...address, 0x2d, ...memory(0, offset)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  sub: (a: Code, b: Code): Code => [...a, ...b, 0x6b],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0x6c],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x71],
  shiftLeft: (a: Code, bits: Code): Code => [...a, ...bits, 0x74],
  shiftRight: (a: Code, bits: Code): Code => [...a, ...bits, 0x76],
  isZero: (a: Code): Code => [...a, 0x45],
  less: (a: Code, b: Code): Code => [...a, ...b, 0x49],
}

export const i64 = {
  constant: (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))],
  load: (address: Code, offset = 0): Code => [...address, 0x29, ...memory(3, offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x37, ...memory(3, offset)],
  store8: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x3c, ...memory(0, offset)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x7c],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x83],
  xor: (a: Code, b: Code): Code => [...a, ...b, 0x85],
  shiftRight: (a: Code, bits: Code): Code => [...a, ...bits, 0x88],
  rotateLeft: (a: Code, bits: Code): Code => [...a, ...bits, 0x89],
}

export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, ...simd(0), ...memory(4, offset)],
  load64Splat: (address: Code, offset = 0): Code => [...address, ...simd(10), ...memory(3, offset)],
  /** Loads 64 bits into the low lane; the high lane is zero. */
  load64Zero: (address: Code, offset = 0): Code => [...address, ...simd(93), ...memory(3, offset)],
  /** Replaces the high lane of `vector` by 64 bits from memory. */
  load64High: (address: Code, vector: Code, offset = 0): Code => [
    ...[...address, ...vector, ...simd(87)],
    ...[...memory(3, offset), 1],
  ],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(11), ...memory(4, offset)],
  splatI64: (value: Code): Code => [...value, ...simd(18)],
  /** a AND NOT b */
  andNot: (a: Code, b: Code): Code => [...a, ...b, ...simd(79)],
  or: (a: Code, b: Code): Code => [...a, ...b, ...simd(80)],
  xor: (a: Code, b: Code): Code => [...a, ...b, ...simd(81)],
  shiftLeft64: (a: Code, bits: Code): Code => [...a, ...bits, ...simd(203)],
  shiftRight64: (a: Code, bits: Code): Code => [...a, ...bits, ...simd(205)],
}
