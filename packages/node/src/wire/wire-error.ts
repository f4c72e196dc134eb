import { MinipolisError } from '@minipolis/minima'

/**
 * Why bytes of a peer are refused, one line per code.
 *
 * - `frame-length`: the announced length is negative or above what the protocol allows.
 * - `frame-too-large`: the announced length is above what this type of message may have.
 * - `unknown-type`: no message has this type number.
 * - `message-limit`: the message holds more of something than any honest peer sends.
 * - `p2p-shape`: the JSON of a P2P message is not of the form its key asks for.
 */
export type WireErrorCode = 'frame-length' | 'frame-too-large' | 'unknown-type' | 'message-limit' | 'p2p-shape'

export class WireError extends MinipolisError<WireErrorCode> {}
