import { MinipolisError } from '@minipolis/minima'

/**
 * What messaging refuses, one line per code.
 *
 * - `bad-address`: the text is no Maxima address.
 * - `bad-key`: the bytes are no RSA key that this node works with.
 * - `bad-contact`: the contact message or contact cannot be read.
 * - `too-large`: the message is larger than any node takes.
 * - `no-chain`: there is no block yet on which the work for a message could be done.
 * - `work-timeout`: the work for a message took too long.
 * - `not-reached`: nobody answers at the address, or it must not be called.
 * - `no-answer`: the other side took the message and did not say what became of it.
 * - `unknown-contact`: no contact has this id or key.
 * - `contacts-full`: there are as many contacts as are kept.
 * - `contacts-closed`: this node takes contacts only from keys that were allowed, and none is.
 * - `queue-full`: as many messages wait to be sent as are kept.
 * - `not-started`: messaging was not started, or was stopped.
 * - `lookup-failed`: the location service knows no address, or does not tell it.
 */
export type MaximaErrorCode =
  | 'bad-address'
  | 'bad-key'
  | 'bad-contact'
  | 'too-large'
  | 'no-chain'
  | 'work-timeout'
  | 'not-reached'
  | 'no-answer'
  | 'unknown-contact'
  | 'contacts-full'
  | 'contacts-closed'
  | 'queue-full'
  | 'not-started'
  | 'lookup-failed'

export class MaximaError extends MinipolisError<MaximaErrorCode> {}
