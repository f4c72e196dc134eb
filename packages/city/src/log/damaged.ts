import { LogError } from './log-error.ts'

/** Something stored does not match the rest: names it, and says how. */
export const damaged = (place: string, detail: string): LogError => new LogError('log-damaged', detail, { place })
