import { fromHex, type JsonObject, type JsonValue, MiniNumber, type MMREntry } from '@minipolis/minima'
import { LedgerError } from './ledger-error.ts'

const wrong = (name: string): LedgerError =>
  new LedgerError('unavailable', `the node's answer has no usable member "${name}"`, { name })

/** @throws LedgerError `unavailable` */
export function objectOf(value: JsonValue | undefined, name: string): JsonObject {
  if (value instanceof Map) return value as JsonObject
  throw wrong(name)
}

/** @throws LedgerError `unavailable` */
export function listOf(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[]
  throw wrong(name)
}

/** @throws LedgerError `unavailable` */
export function textOf(object: JsonObject, name: string): string {
  const value = object.get(name)
  if (typeof value === 'string') return value
  throw wrong(name)
}

/** A whole number, with or without quotes. @throws LedgerError `unavailable` */
export function integerOf(object: JsonObject, name: string): bigint {
  const value = object.get(name)
  if (typeof value === 'bigint') return value
  if (typeof value === 'string' && /^-?[0-9]{1,20}$/.test(value)) return BigInt(value)
  throw wrong(name)
}

/** The peaks among the entries of a coin tree as `printmmr` and `blockdata` show it: in each row the last one, if it is even. */
export function peaksOf(entries: readonly JsonValue[]): MMREntry[] {
  return entries
    .map((value) => {
      const entry = objectOf(value, 'maxentries')
      const data = objectOf(entry.get('data'), 'data')
      return {
        row: Number(integerOf(entry, 'row')),
        entry: integerOf(entry, 'entry'),
        data: { data: fromHex(textOf(data, 'data')), value: MiniNumber.parse(textOf(data, 'value')) },
      }
    })
    .filter(({ entry }) => entry % 2n === 0n)
    .sort((a, b) => b.row - a.row)
}
