import { type Codec, data, type MiniNumber, miniNumber, struct } from '@minipolis/minima'

/**
 * A text with its author's signature, made for carrying outside of Maxima.
 * Source: minima-global/Minima: src/org/minima/system/commands/maxima/MaximumMessage.java
 */
export interface SignedText {
  /** 1. */
  readonly version: MiniNumber
  readonly data: Uint8Array
  /** Main public key of the author, DER. */
  readonly publicKey: Uint8Array
  /** Over `data`. */
  readonly signature: Uint8Array
}

export const SignedText: Codec<SignedText> = struct<SignedText>({
  version: miniNumber,
  data,
  publicKey: data,
  signature: data,
})
