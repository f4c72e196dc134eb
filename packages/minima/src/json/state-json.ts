import type { StateVariable } from '../objects/state-variable.ts'
import { type JsonText, jsonArray, jsonNumber, jsonObject, jsonString } from './json-text.ts'

export const stateVariableJson = ({ port, type, value }: StateVariable): JsonText =>
  jsonObject([
    ['port', jsonNumber(port)],
    ['type', jsonNumber(type)],
    ['data', jsonString(value)],
  ])

export const stateJson = (state: readonly StateVariable[]): JsonText => jsonArray(state.map(stateVariableJson))

/** Port to value; a repeated port keeps the place of the first and the value of the last. */
export const simpleStateJson = (state: readonly StateVariable[]): JsonText =>
  jsonObject(new Map(state.map(({ port, value }) => [String(port), jsonString(value)])))
