import { createCipheriv, createDecipheriv } from 'node:crypto'
import { bytesEqual, type Codec, CodecError, decode, encode, type RandomBytes } from '@minipolis/minima'
import type { MaximaPackage } from '../wire/index.ts'
import { MaximaError } from './maxima-error.ts'
import { MaximaMessage, messageId, PACKAGE_BYTES_MAX, packageBytes, SealedText, SignedMessage } from './message.ts'
import { decryptSecret, encryptSecret, isSignatureOf, signBytes } from './rsa.ts'

const VERSION = '1.0'
const CIPHER = 'aes-128-cbc'
const IV_BYTES = 16
const AES_KEY_BYTES = 16

/** A message in its sealed form and its name. */
export interface SealedMessage {
  readonly package: MaximaPackage
  /** 32 bytes. */
  readonly id: Uint8Array
}

/**
 * Signs with the sender's main key and seals for the key in `message.to`.
 *
 * @throws MaximaError `too-large`, `bad-key`
 */
export function sealMessage(message: MaximaMessage, signerKey: Uint8Array, random: RandomBytes): SealedMessage {
  const bytes = encode(MaximaMessage, message)
  const signed = encode(SignedMessage, { from: message.from, message: bytes, signature: signBytes(bytes, signerKey) })
  const sealed: MaximaPackage = {
    version: VERSION,
    to: message.to,
    sealed: encode(SealedText, sealText(signed, message.to, random)),
  }
  const size = packageBytes(sealed)
  if (size > PACKAGE_BYTES_MAX) {
    const detail = `the sealed message takes ${size} bytes, at most ${PACKAGE_BYTES_MAX}; send less data or split it`
    throw new MaximaError('too-large', detail, { size, limit: PACKAGE_BYTES_MAX })
  }
  return { package: sealed, id: messageId(bytes) }
}

/** @param to public key, DER. @throws MaximaError `bad-key` */
export function sealText(plain: Uint8Array, to: Uint8Array, random: RandomBytes): SealedText {
  const iv = random(IV_BYTES)
  const key = random(AES_KEY_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv)
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return { iv, secret: encryptSecret(key, to), ciphertext: new Uint8Array(ciphertext) }
}

/** Undefined for whatever is not sealed for this key. @param privateKey PKCS#8 DER. @throws MaximaError `bad-key` */
export function openText({ iv, secret, ciphertext }: SealedText, privateKey: Uint8Array): Uint8Array | undefined {
  const key = decryptSecret(secret, privateKey)
  if (key === undefined || key.length !== AES_KEY_BYTES || iv.length !== IV_BYTES) return undefined
  const decipher = createDecipheriv(CIPHER, key, iv)
  try {
    return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]))
  } catch {
    return undefined
  }
}

/** A message whose signature holds. */
export interface OpenedMessage {
  readonly message: MaximaMessage
  /** 32 bytes. */
  readonly id: Uint8Array
}

/**
 * Why a sealed message is not one, one line per word.
 *
 * - `unreadable`: not sealed for this key, or the content is none.
 * - `signature`: the signature is not of the signer.
 * - `sender`: the message names another sender than its signer.
 * - `recipient`: it was sealed for somebody else first, who passed it on as if it had been meant for us.
 */
export type OpenFault = 'unreadable' | 'signature' | 'sender' | 'recipient'

/** Opens what was sealed for a key. @throws MaximaError `bad-key` when the private key is none */
export function openPackage({ to, sealed }: MaximaPackage, privateKey: Uint8Array): OpenedMessage | OpenFault {
  const text = readOr(SealedText, sealed)
  const plain = text && openText(text, privateKey)
  const signed = plain && readOr(SignedMessage, plain)
  if (signed === undefined) return 'unreadable'
  if (!isSignatureOf(signed.message, signed.signature, signed.from)) return 'signature'
  const message = readOr(MaximaMessage, signed.message)
  if (message === undefined) return 'unreadable'
  if (!bytesEqual(message.from, signed.from)) return 'sender'
  if (!bytesEqual(message.to, to)) return 'recipient'
  return { message, id: messageId(signed.message) }
}

function readOr<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  try {
    return decode(codec, bytes)
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
