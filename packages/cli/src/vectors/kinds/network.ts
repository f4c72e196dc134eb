import { networkCases } from '@minipolis/node/recordings'
import type { VectorKind } from '../vector-kind.ts'

/**
 * Recorded connections: every frame read to the last byte and written again as it was, and sessions played against our own
 * peer code on either side; and prepared byte strings, which must be answered safely.
 */
export const networkKind: VectorKind = {
  name: 'network',
  matches: ({ content }) => networkCases(content) !== undefined,
  cases: ({ content }) => networkCases(content) ?? [],
}
