import { parseStateVariable, printJson, type StateVariable, withStateVariable } from '@minipolis/minima'
import type { Arguments } from '../line/arguments.ts'

/** State as `state:{"port":"value"}`; other JSON values than texts count as they print. @throws ObjectError, NumberError */
export function stateParameter(args: Arguments): readonly StateVariable[] {
  if (!args.has('state')) return []
  return Array.from(args.object('state')).reduce<readonly StateVariable[]>((state, [port, value]) => {
    const text = typeof value === 'string' ? value : printJson(value)
    return withStateVariable(state, parseStateVariable(portOf(port), text))
  }, [])
}

const portOf = (text: string): number => (/^[+-]?[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN)
