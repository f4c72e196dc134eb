import { FUNCTION_PIECES_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import { BooleanValue } from '../values/index.ts'
import { replaceAll } from './replace.ts'
import type { ScriptFunction } from './script-function.ts'

/** The variable that holds what a body gives back. */
const RETURN_VARIABLE = 'returnvalue'

const assertPieces = (body: string): void => {
  let pieces = 0
  for (let at = 0; at < body.length; at++) {
    if (body[at] !== '$' && (at === 0 || body[at - 1] === '$')) pieces++
  }
  if (pieces - 1 > FUNCTION_PIECES_MAX) {
    throw new ScriptFault('out-of-range', `a body of FUNCTION may have ${FUNCTION_PIECES_MAX} places to fill in`)
  }
}

/** Substitution is by text: `$1` is also found in `$10`, and a `$` or backslash of an argument is expanded as by REPLACE. */
const functionFunction: ScriptFunction = {
  name: 'FUNCTION',
  parameters: ['body STRING', 'argument...'],
  argumentsMin: 1,
  returns: 'any',
  about: 'runs the body with $1, $2 … replaced by the arguments and gives its variable returnvalue, else TRUE',
  run(call, run) {
    let body = call.string(0, run).text
    assertPieces(body)
    for (let i = 1; i < call.args.length; i++) {
      const value = call.value(i, run)
      body = replaceAll(body, `$${i}`, value.type === 'STRING' ? `[${value.text}]` : value.text)
      assertPieces(body)
    }
    run.variables.delete(RETURN_VARIABLE)
    run.runText(body)
    return run.variables.get(RETURN_VARIABLE) ?? BooleanValue.TRUE
  },
}

export const functionFunctions: readonly ScriptFunction[] = [functionFunction]
