import { ScriptFault } from '../script-fault.ts'
import { BooleanValue } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

const state: ScriptFunction = {
  name: 'STATE',
  parameters: ['port NUMBER'],
  returns: 'any',
  about: 'a state variable of the transaction',
  run: (call, run) => run.state(call.number(0, run).toInt()),
}

const previousState: ScriptFunction = {
  name: 'PREVSTATE',
  parameters: ['port NUMBER'],
  returns: 'any',
  about: 'a state variable of the coin being spent',
  run: (call, run) => run.previousState(call.number(0, run).toInt()),
}

/** Compares the printed forms, so that the text [5] and the number 5 are the same state. */
const sameState: ScriptFunction = {
  name: 'SAMESTATE',
  parameters: ['start NUMBER', 'end NUMBER'],
  returns: 'BOOLEAN',
  about: 'whether the transaction keeps the state of the coin from port start to port end, both included',
  run(call, run) {
    const start = call.number(0, run).toInt()
    const end = call.number(1, run).toInt()
    if (start < 0 || end < start) throw new ScriptFault('out-of-range', `SAMESTATE cannot go from ${start} to ${end}`)
    for (let port = start; port <= end; port++) {
      const before = run.previousState(port).text
      const now = run.state(port).text
      if (before === now) continue
      run.trace?.line(run.operations, () => `SAMESTATE FAIL [${port}] PREV:${before} / CURRENT:${now}`)
      return BooleanValue.FALSE
    }
    return BooleanValue.TRUE
  },
}

export const stateFunctions: readonly ScriptFunction[] = [state, previousState, sameState]
