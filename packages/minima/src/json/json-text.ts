import { printJsonString } from '../objects/json-value.ts'

/**
 * Text of one JSON value, spelled exactly as the reference spells it. Objects keep the order given here: a JavaScript object
 * would move keys that look like integers to the front.
 */
export type JsonText = string & { readonly __json: true }

const asJson = (text: string): JsonText => text as JsonText

export const jsonNull = asJson('null')
export const jsonString = (text: string): JsonText => asJson(printJsonString(text))
export const jsonBoolean = (value: boolean): JsonText => asJson(String(value))
/** Anything that prints as plain decimal text: a number that stands without quotes. */
export const jsonNumber = (value: { toString(): string }): JsonText => asJson(value.toString())
/** Text that its author claims to be JSON and that the reference prints as it is. */
export const jsonRaw = (text: string): JsonText => asJson(text)
export const jsonArray = (values: readonly JsonText[]): JsonText => asJson(`[${values.join(',')}]`)
export const jsonObject = (entries: Iterable<readonly [key: string, value: JsonText]>): JsonText =>
  asJson(`{${Array.from(entries, ([key, value]) => `${printJsonString(key)}:${value}`).join(',')}}`)
