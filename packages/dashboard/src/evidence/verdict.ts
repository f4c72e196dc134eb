import { verifyEvidence } from '@minipolis/city/evidence'

export type Verdict = ReturnType<typeof verifyEvidence>

/** The verifier of the library, run in this page: nothing is asked of the server. */
export const judge = (text: string): Verdict => verifyEvidence(text)
