import { networkCases } from '@minipolis/node/recordings'
import { VectorError } from '../vector-error.ts'
import type { VectorKind } from '../vector-kind.ts'

/** One of these is in every recording of bytes between nodes, and in no other. */
const NETWORK_FIELDS = ['reference_version', 'connections', 'node_state']

/**
 * Recorded connections: every frame read to the last byte and written again as it was, and sessions played against our own
 * peer code on either side; and prepared byte strings, which must be answered safely.
 */
export const networkKind: VectorKind = {
  name: 'network',
  matches: ({ content }) => NETWORK_FIELDS.some((field) => field in content),
  cases({ content, path }) {
    const cases = networkCases(content)
    if (cases === undefined) throw new VectorError('shape', `${path} has neither connections nor byte strings`)
    return cases
  },
}
