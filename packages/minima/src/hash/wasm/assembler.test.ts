import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assemble, type Code, type FunctionSource, i32Type, signed, unsigned } from './assembler.ts'
import { webAssemblyHost } from './host.ts'
import { call, get, i32, repeatWhile, returnValue, set, tee, when, whileDo } from './instructions.ts'

/** Runs the last function of a module. */
function run(functions: readonly FunctionSource[], ...values: number[]): number {
  const bytes = assemble({ memoryName: 'memory', memoryPages: 1, functions, data: { address: 16, bytes: [1, 2, 3] } })
  const { Instance, Module } = webAssemblyHost()!
  const exports = new Instance(new Module(bytes)).exports as { run: (...values: number[]) => number }
  return exports.run(...values)
}

const program = (body: Code): FunctionSource => ({
  exportName: 'run',
  parameters: [i32Type],
  results: [i32Type],
  locals: [i32Type],
  body,
})

describe('the assembler', () => {
  test('numbers in LEB128 are those of the specification', () => {
    expect(unsigned(0)).toEqual([0])
    expect(unsigned(624_485)).toEqual([0xe5, 0x8e, 0x26])
    expect(signed(-123_456)).toEqual([0xc0, 0xbb, 0x78])
    expect(signed(64)).toEqual([0xc0, 0x00])
    expect(signed(-64)).toEqual([0x40])
  })

  test('constants arrive as written', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(run([program(i32.constant(value))], 0)).toBe(value)
      }),
      { numRuns: 50 },
    )
  })

  test('loops, conditions and calls do what they say', () => {
    const double: FunctionSource = {
      parameters: [i32Type],
      results: [i32Type],
      locals: [],
      body: i32.shiftLeft(get(0), i32.constant(1)),
    }
    const one = i32.constant(1)
    const countDown = tee(0, i32.sub(get(0), one))
    const addOne = set(1, i32.add(get(1), one))
    expect(run([double, program([...get(0), ...call(0)])], 21)).toBe(42)
    expect(run([program([...repeatWhile(addOne, countDown), ...get(1)])], 5)).toBe(5)
    expect(run([program([...whileDo(get(0), [...addOne, ...set(0, i32.sub(get(0), one))]), ...get(1)])], 0)).toBe(0)
    expect(run([program([...when(get(0), returnValue(i32.constant(7))), ...one])], 1)).toBe(7)
    expect(run([program([...when(get(0), returnValue(i32.constant(7))), ...one])], 0)).toBe(1)
  })

  test('data stands in memory at its address', () => {
    expect(run([program(i32.load8(get(0)))], 18)).toBe(3)
    expect(run([program(i32.load8(get(0)))], 19)).toBe(0)
  })
})
