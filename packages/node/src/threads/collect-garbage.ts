import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * One full collection that gives back all it can, some 50 ms for the heap of a node: an idle process may wait for its own for
 * hours. For moments that leave much behind, such as a start.
 */
export function collectGarbage(): void {
  // Contexts made under the flag have the function.
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as NodeJS.GCFunction
  setFlagsFromString('--no-expose-gc')
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
