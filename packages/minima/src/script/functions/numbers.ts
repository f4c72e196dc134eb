import { POWER_BELOW, SIGNIFICANT_DIGITS_MAX } from '../limits.ts'
import type { ScriptRun } from '../run/script-run.ts'
import { ScriptFault } from '../script-fault.ts'
import type { FunctionCall } from '../syntax/function-call.ts'
import { NumberValue } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

const ONE = NumberValue.ofInteger(1)
const MINUS_ONE = NumberValue.ofInteger(-1)
const ZERO = NumberValue.ofInteger(0)

const isWhole = (value: NumberValue): boolean => value.isSmall || value.number.floor().equals(value.number)

/** A function of one number. */
const ofNumber = (name: string, about: string, compute: (value: NumberValue) => NumberValue): ScriptFunction => ({
  name,
  parameters: ['x NUMBER'],
  returns: 'NUMBER',
  about,
  run: (call, run) => compute(call.number(0, run)),
})

const step = (value: NumberValue, by: NumberValue): NumberValue => {
  const sum = value.small + by.small
  return Number.isSafeInteger(sum) ? NumberValue.ofInteger(sum) : NumberValue.of(value.number.add(by.number))
}

/** All arguments are evaluated; on equality the first stays, which only its scale can show. */
const extreme = (name: string, about: string, isBetter: (comparison: number) => boolean): ScriptFunction => ({
  name,
  parameters: ['a NUMBER', 'b NUMBER...'],
  argumentsMin: 2,
  returns: 'NUMBER',
  about,
  run(call: FunctionCall, run: ScriptRun) {
    let best = call.number(0, run)
    for (let i = 1; i < call.args.length; i++) {
      const value = call.number(i, run)
      if (isBetter(value.compare(best))) best = value
    }
    return best
  },
})

const significantDigits: ScriptFunction = {
  name: 'SIGDIG',
  parameters: ['digits NUMBER', 'x NUMBER'],
  returns: 'NUMBER',
  about: 'x cut to this many significant digits; 0 leaves it as it is',
  run(call, run) {
    const digits = call.number(0, run)
    const value = call.number(1, run)
    const count = digits.toInt()
    if (!isWhole(digits) || digits.compare(ZERO) < 0 || count < 0 || count > SIGNIFICANT_DIGITS_MAX) {
      throw new ScriptFault('out-of-range', `SIGDIG keeps 0 to ${SIGNIFICANT_DIGITS_MAX} digits, got ${digits.text}`)
    }
    return NumberValue.of(value.number.setSignificantDigits(count))
  },
}

const power: ScriptFunction = {
  name: 'POW',
  parameters: ['exponent NUMBER', 'x NUMBER'],
  returns: 'NUMBER',
  about: 'x to the power of a whole exponent below 1024 either way; the exponent comes first',
  run(call, run) {
    const exponent = call.number(0, run)
    const value = call.number(1, run)
    if (!isWhole(exponent) || Math.abs(Number(exponent.text)) >= POWER_BELOW) {
      throw new ScriptFault('out-of-range', `POW takes whole exponents below ${POWER_BELOW}, got ${exponent.text}`)
    }
    return NumberValue.of(value.number.pow(exponent.toInt()))
  },
}

export const numberFunctions: readonly ScriptFunction[] = [
  ofNumber('ABS', 'x without its sign', (value) => NumberValue.of(value.number.abs())),
  ofNumber('FLOOR', 'the whole number at or below x', (value) => NumberValue.of(value.number.floor())),
  ofNumber('CEIL', 'the whole number at or above x', (value) => NumberValue.of(value.number.ceil())),
  ofNumber('INC', 'x + 1', (value) => step(value, ONE)),
  ofNumber('DEC', 'x - 1', (value) => step(value, MINUS_ONE)),
  extreme('MAX', 'the largest argument', (comparison) => comparison > 0),
  extreme('MIN', 'the smallest argument', (comparison) => comparison < 0),
  significantDigits,
  power,
  ofNumber('SQRT', 'the square root, cut to 44 decimals', (value) => NumberValue.of(value.number.sqrt())),
]
