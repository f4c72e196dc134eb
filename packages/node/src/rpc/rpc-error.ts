import { MinipolisError } from '@minipolis/minima'

/**
 * Why a command was not carried out; the message is what the caller reads under `error`.
 *
 * - `unknown-command`: no command has this name.
 * - `bad-line`: the command line cannot be read.
 * - `bad-parameter`: a parameter is missing, unknown, or not of its type.
 * - `not-found`: what the command is about does not exist.
 * - `forbidden`: the caller may only read.
 * - `refused`: the command cannot do what was asked.
 * - `too-much`: a limit of this interface was reached.
 * - `unavailable`: this node has no such part, or it is switched off.
 */
export type RpcErrorCode =
  | 'unknown-command'
  | 'bad-line'
  | 'bad-parameter'
  | 'not-found'
  | 'forbidden'
  | 'refused'
  | 'too-much'
  | 'unavailable'

export class RpcError extends MinipolisError<RpcErrorCode> {}

/** What some commands report under `message` instead of `error`, as the reference does. */
export class SoftFailure extends MinipolisError<'soft-failure'> {
  constructor(message: string) {
    super('soft-failure', message)
  }
}
