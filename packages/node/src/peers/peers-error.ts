import { MinipolisError } from '@minipolis/minima'

/**
 * What can go wrong around connections, one line per code. What peers do wrong is no error: it is counted, and they are
 * left.
 *
 * - `bad-address`: a text is not of the form `host:port`.
 * - `listen-failed`: the port cannot be opened.
 * - `no-answer`: a node did not answer a one-time question in time, or with something else.
 */
export type PeersErrorCode = 'bad-address' | 'listen-failed' | 'no-answer'

export class PeersError extends MinipolisError<PeersErrorCode> {}
