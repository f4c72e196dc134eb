import type { ScriptRun } from '../run/script-run.ts'
import type { Value } from '../values/index.ts'

/** A parsed expression. Evaluating counts one operation for itself before anything below it. */
export interface Expression {
  /** @throws ScriptFault, NumberError, CodecError */
  evaluate(run: ScriptRun): Value
  /** Its form in traces, fully bracketed. */
  print(): string
}
