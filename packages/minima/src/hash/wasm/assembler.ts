/**
 * The part of the WebAssembly binary format that one small module needs: types, functions, one memory, exports, data.
 * Source: WebAssembly Core Specification 2.0, chapter 5 (binary format).
 */

/** Bytes of instructions. What they leave on the operand stack is up to the sequence. */
export type Code = readonly number[]

export const i32Type = 0x7f
export const i64Type = 0x7e
export const v128Type = 0x7b
export type ValueType = typeof i32Type | typeof i64Type | typeof v128Type

/** One function of a module; functions call each other by their position in the module's list. */
export interface FunctionSource {
  /** Name under which the host sees it; without one it is internal. */
  readonly exportName?: string
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
  /** Locals after the parameters, numbered on from them. */
  readonly locals: readonly ValueType[]
  readonly body: Code
}

export interface ModuleSource {
  readonly memoryName: string
  /** Fixed size of the memory in pages of 65,536 bytes. */
  readonly memoryPages: number
  readonly functions: readonly FunctionSource[]
  /** Bytes that stand in memory when the module starts. */
  readonly data: { readonly address: number; readonly bytes: readonly number[] }
}

/** LEB128 of a non-negative integer below 2^32. */
export function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return bytes
}

/** Signed LEB128 of an integer. */
export function signed(value: number | bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt(value)
  for (;;) {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) {
      bytes.push(low)
      return bytes
    }
    bytes.push(low | 0x80)
  }
}

const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]
const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content]
const text = (name: string): number[] => vector([...name].map((letter) => [letter.charCodeAt(0)]))

const functionTypeTag = 0x60
const endTag = 0x0b
const i32ConstTag = 0x41
const exportedFunction = 0x00
const exportedMemory = 0x02

const functionType = ({ parameters, results }: FunctionSource): Code => [
  functionTypeTag,
  ...vector(parameters.map((type) => [type])),
  ...vector(results.map((type) => [type])),
]

function functionBody({ locals, body }: FunctionSource): Code {
  const code = [...vector(locals.map((type) => [1, type])), ...body, endTag]
  return [...unsigned(code.length), ...code]
}

/** The binary module. Each function has a type entry of its own: a few bytes more, and nothing to look up. */
export function assemble({ memoryName, memoryPages, functions, data }: ModuleSource): Uint8Array<ArrayBuffer> {
  const exports: Code[] = functions.flatMap(({ exportName }, index) =>
    exportName === undefined ? [] : [[...text(exportName), exportedFunction, ...unsigned(index)]],
  )
  exports.push([...text(memoryName), exportedMemory, 0])
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d], // "\0asm"
    ...[0x01, 0x00, 0x00, 0x00], // version 1
    ...section(1, vector(functions.map(functionType))),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(5, vector([[1, ...unsigned(memoryPages), ...unsigned(memoryPages)]])),
    ...section(7, vector(exports)),
    ...section(10, vector(functions.map(functionBody))),
    ...section(11, vector([[0, i32ConstTag, ...signed(data.address), endTag, ...vector(data.bytes.map((b) => [b]))]])),
  ])
}
