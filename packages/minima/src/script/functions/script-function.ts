import type { ScriptRun } from '../run/script-run.ts'
import type { FunctionCall } from '../syntax/function-call.ts'
import type { Value, ValueType } from '../values/index.ts'

/** A function of the language. `run` evaluates the arguments itself: their order and number are part of its rule. */
export interface ScriptFunction {
  readonly name: string
  /** In order, each as `name TYPE`; the last one may repeat where it ends in `...`. */
  readonly parameters: readonly string[]
  /** Present where the number of arguments is open; else it is exactly that of `parameters`. */
  readonly argumentsMin?: number
  readonly returns: ValueType | 'any'
  /** What it gives, in one sentence. */
  readonly about: string
  /** @throws ScriptFault, NumberError, CodecError */
  run(call: FunctionCall, run: ScriptRun): Value
}
