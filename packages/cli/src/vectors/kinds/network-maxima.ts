import { maximaCases } from '@minipolis/node/recordings'
import type { VectorKind } from '../vector-kind.ts'

/** Recorded connections with the keys of their nodes: messages are opened, and would be signed and named the same by us. */
export const networkMaximaKind: VectorKind = {
  name: 'network-maxima',
  matches: ({ content }) => maximaCases(content) !== undefined,
  cases: ({ content }) => maximaCases(content) ?? [],
}
