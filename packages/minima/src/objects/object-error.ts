import { MinipolisError } from '../errors/minipolis-error.ts'

/**
 * What can be wrong with values that people or programs hand to an object.
 *
 * - `mx-address`: not an Mx address: characters, length or checksum
 * - `state-port`: a state variable's port is outside 0 to 255
 * - `state-value`: the text is neither hex, Mx address, TRUE, FALSE, bracketed text nor a number
 * - `empty-signature`: a signature without parts has no root key
 * - `greeting-extra`: the greeting carries no JSON object that could be written
 * - `no-body`: the TxPoW is a header alone where its body is needed
 */
export type ObjectErrorCode =
  | 'mx-address'
  | 'state-port'
  | 'state-value'
  | 'empty-signature'
  | 'greeting-extra'
  | 'no-body'

export class ObjectError extends MinipolisError<ObjectErrorCode> {}
