import { isDeepStrictEqual } from 'node:util'
import { MinipolisError, toHex } from '@minipolis/minima'
import type { Recorded } from './recorded.ts'
import { shown, VectorError } from './vector-error.ts'

/** Computed fields by name; a function is called only if the recording has the field. */
export type Computed = Readonly<Record<string, unknown>>

/** The cases of one file, for those that build on others. */
export interface Siblings {
  readonly all: readonly Recorded[]
  /** @throws VectorError `shape` */
  byName(name: string): Recorded
}

/** Computes what a recording should say. It throws a typed error where the recording says `reject`. */
export type Handler = (recorded: Recorded, siblings: Siblings) => Computed

/** Fields that describe a case. */
const DESCRIPTIVE = new Set(['name', 'note', 'op', 'type', 'expect', 'error', 'reencodeError', 'jsonError'])

/** Hex as recordings print it: the empty string is `0x`. */
export const hexOf = (bytes: Uint8Array): string => (bytes.length === 0 ? '0x' : toHex(bytes))

const settle = (value: unknown): unknown => {
  const settled = typeof value === 'function' ? (value as () => unknown)() : value
  return settled instanceof Uint8Array ? hexOf(settled) : settled
}

/** Insists that a value equals the recorded one. @throws VectorError `mismatch` */
export function expectSame(field: string, computed: unknown, recorded: unknown): void {
  if (isDeepStrictEqual(computed, recorded)) return
  throw new VectorError('mismatch', `${field}: recorded ${shown(recorded)}, computed ${shown(computed)}`, { field })
}

/**
 * Runs a case: where it expects `reject`, the handler must fail with a typed error; else every recorded field must have been
 * used by the handler or be equal to what it computed.
 *
 * @throws VectorError `mismatch`, `unchecked`, `shape`; any error of the handler where the recording expects `ok`
 */
export function checkCase(recorded: Recorded, handler: Handler, siblings: Siblings): void {
  if (recorded.get('expect') === 'reject') {
    expectRejected(() => handler(recorded, siblings))
    return
  }
  const computed = handler(recorded, siblings)
  for (const [field, value] of Object.entries(recorded.fields)) {
    if (DESCRIPTIVE.has(field)) continue
    if (Object.hasOwn(computed, field)) expectSame(field, settle(computed[field]), value)
    else if (!recorded.isUsed(field))
      throw new VectorError('unchecked', `nothing looks at the field ${field}`, { field })
  }
}

const expectRejected = (run: () => Computed): void => {
  let computed: Computed
  try {
    computed = run()
  } catch (error) {
    if (error instanceof MinipolisError && !(error instanceof VectorError)) return
    throw error
  }
  throw new VectorError('mismatch', `recorded a refusal, computed ${shown(Object.keys(computed))}`)
}

/** The answer `no` of a check whose recording says that the reference failed instead of answering. */
export class NotValid extends MinipolisError<'not-valid'> {}

/** What a check of a signature answers: where the recording expects a refusal, `false` is one. */
export function validity(recorded: Recorded, valid: boolean): Computed {
  if (!valid && recorded.get('expect') === 'reject') throw new NotValid('not-valid', 'the signature is not valid')
  return { valid }
}

/** Whether `run` fails with a typed error of the project. Other errors pass through. */
export function isRefused(run: () => unknown): boolean {
  try {
    run()
    return false
  } catch (error) {
    if (error instanceof MinipolisError && !(error instanceof VectorError)) return true
    throw error
  }
}
