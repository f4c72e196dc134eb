import { encode, MiniNumber, miniNumber, Reader } from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import { type Computed, expectSame, type Handler } from '../check-case.ts'
import type { Recorded } from '../recorded.ts'

const operand = (c: Recorded, name: string): MiniNumber => {
  const value = miniNumber.read(new Reader(c.bytes(name)))
  if (c.has(`${name}Text`)) expectSame(`${name}Text`, value.toString(), c.text(`${name}Text`))
  return value
}

const result = (value: MiniNumber): Computed => ({
  plain: value.toString(),
  hex: encode(miniNumber, value),
  scale: value.scale,
})

const unary =
  (apply: (a: MiniNumber) => MiniNumber): Handler =>
  (c) =>
    result(apply(operand(c, 'a')))

const binary =
  (apply: (a: MiniNumber, b: MiniNumber) => MiniNumber): Handler =>
  (c) =>
    result(apply(operand(c, 'a'), operand(c, 'b')))

/** MiniNumber: text, wire form and arithmetic. */
export const numbersKind = caseKind('mininumber', {
  parse: (c) => result(MiniNumber.parse(c.text('text'))),
  decode: (c) => {
    const r = new Reader(c.bytes('hex'))
    const value = miniNumber.read(r)
    return {
      plain: value.toString(),
      scale: value.scale,
      reencoded: encode(miniNumber, value),
      remaining: r.remaining,
    }
  },
  add: binary((a, b) => a.add(b)),
  sub: binary((a, b) => a.sub(b)),
  mult: binary((a, b) => a.mult(b)),
  div: binary((a, b) => a.div(b)),
  modulo: binary((a, b) => a.mod(b)),
  floor: unary((a) => a.floor()),
  ceil: unary((a) => a.ceil()),
  abs: unary((a) => a.abs()),
  sqrt: unary((a) => a.sqrt()),
  increment: unary((a) => a.increment()),
  decrement: unary((a) => a.decrement()),
  pow: (c) => result(operand(c, 'a').pow(c.number('n'))),
  setSignificantDigits: (c) => result(operand(c, 'a').setSignificantDigits(c.number('n'))),
  compare: (c) => ({ result: operand(c, 'a').compare(operand(c, 'b')) }),
  asInt: (c) => {
    const value = operand(c, 'a')
    return { plain: value.toString(), result: value.asInt() }
  },
})
