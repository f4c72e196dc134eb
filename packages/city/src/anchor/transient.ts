import { MinipolisError } from '@minipolis/minima'

/** Codes by which a ledger says that the same call works after a block or two. */
const TRANSIENT: ReadonlySet<string> = new Set(['busy', 'unavailable'])

/** Whether a failure needs nobody's attention: the next step does the same again. */
export const isTransient = (error: unknown): boolean => error instanceof MinipolisError && TRANSIENT.has(error.code)
