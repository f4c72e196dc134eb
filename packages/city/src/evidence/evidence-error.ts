import { MinipolisError } from '@minipolis/minima'

/**
 * - `no-such-reading`: the city has no reading of this id
 * - `not-logged`: the reading is accepted, but no checkpoint covers it yet: ask again in a second or two
 * - `too-many`: more readings than one file takes
 * - `broken`: one link of foreign evidence does not hold (inside the verifier; its caller sees a verdict)
 */
export type EvidenceErrorCode = 'no-such-reading' | 'not-logged' | 'too-many' | 'broken'

export class EvidenceError extends MinipolisError<EvidenceErrorCode> {}
