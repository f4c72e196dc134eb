import { MinipolisError } from '@minipolis/minima'

/**
 * - `busy`: more is waiting than the intake holds; nothing was taken, try again after a moment
 * - `stopped`: the intake is closing; nothing was taken
 */
export type IntakeErrorCode = 'busy' | 'stopped'

export class IntakeError extends MinipolisError<IntakeErrorCode> {}
