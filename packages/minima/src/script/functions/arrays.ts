import { arrayKey } from '../syntax/statements.ts'
import { BooleanValue } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

const get: ScriptFunction = {
  name: 'GET',
  parameters: ['position NUMBER...'],
  argumentsMin: 1,
  returns: 'any',
  about: 'the array entry at these positions',
  run: (call, run) => run.variable(arrayKey(call.args, run, 'a position of GET')),
}

const exists: ScriptFunction = {
  name: 'EXISTS',
  parameters: ['position NUMBER...'],
  argumentsMin: 1,
  returns: 'BOOLEAN',
  about: 'whether there is an array entry at these positions',
  run: (call, run) => BooleanValue.of(run.variables.has(arrayKey(call.args, run, 'a position of EXISTS'))),
}

export const arrayFunctions: readonly ScriptFunction[] = [get, exists]
