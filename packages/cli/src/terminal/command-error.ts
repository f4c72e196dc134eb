import { MinipolisError } from '@minipolis/minima'

/**
 * Why a command did not do what it was asked.
 *
 * - `usage`: options or arguments that make no sense; exit code 2
 * - `not-found`: no such stream, reading or file
 * - `file`: a file cannot be read or written
 * - `server`: the running server gave no usable answer
 * - `not-intact`: an evidence file does not hold
 * - `not-clean`: the log does not add up
 * - `interrupted`: the user ended the command
 */
export type CommandErrorCode = 'usage' | 'not-found' | 'file' | 'server' | 'not-intact' | 'not-clean' | 'interrupted'

/** `facts.hint`, when present, is a sentence that says what to do. */
export class CommandError extends MinipolisError<CommandErrorCode> {}
