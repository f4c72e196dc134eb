import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
} from 'node:crypto'
import { promisify } from 'node:util'
import { MaximaError } from './maxima-error.ts'

/** Bits of a key pair as every node makes it. Larger ones of others work too. */
export const RSA_BITS = 1024
/** Longest key of others: 4096 bits. A signature check takes longer the longer the key. */
export const PUBLIC_KEY_BYTES_MAX = 550
const RSA_BITS_MIN = 1024
const RSA_BITS_MAX = 4096
/** The exponent that every honest key has; a large one makes a signature check slow. */
const PUBLIC_EXPONENT = 65_537n

/** An RSA key pair. */
export interface MaximaKey {
  /** X.509 SubjectPublicKeyInfo, DER; 162 bytes for 1024 bits. */
  readonly publicKey: Uint8Array
  /** PKCS#8, DER. */
  readonly privateKey: Uint8Array
}

const generate = promisify(generateKeyPair)

/** Makes a key pair, off the main thread. The system's random source is used: node:crypto takes no other. */
export async function createMaximaKey(bits: number = RSA_BITS): Promise<MaximaKey> {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return { publicKey: new Uint8Array(publicKey), privateKey: new Uint8Array(privateKey) }
}

/** SHA256withRSA, PKCS#1 v1.5: the same key and bytes give the same signature. @throws MaximaError `bad-key` */
export const signBytes = (bytes: Uint8Array, privateKey: Uint8Array): Uint8Array =>
  new Uint8Array(sign('sha256', bytes, parsePrivateKey(privateKey)))

/** False for keys that are none, too. */
export function isSignatureOf(bytes: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = readPublicKey(publicKey)
  return key !== undefined && verify('sha256', bytes, key, signature)
}

/** PKCS#1 v1.5 padding. @throws MaximaError `bad-key` */
export function encryptSecret(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const key = readPublicKey(publicKey)
  if (key === undefined) throw new MaximaError('bad-key', 'the recipient key is not an RSA key of 1024 to 4096 bits')
  return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, secret))
}

/**
 * Undefined when the bytes have the wrong length. With a wrong padding the result is bytes that nobody can guess, so that a
 * stranger cannot learn about it. @throws MaximaError `bad-key`
 */
export function decryptSecret(encrypted: Uint8Array, privateKey: Uint8Array): Uint8Array | undefined {
  const key = parsePrivateKey(privateKey)
  try {
    return new Uint8Array(privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encrypted))
  } catch {
    return undefined
  }
}

/** Whether messages can be sent to this key. */
export const isPublicKey = (bytes: Uint8Array): boolean => readPublicKey(bytes) !== undefined

function readPublicKey(bytes: Uint8Array): KeyObject | undefined {
  if (bytes.length > PUBLIC_KEY_BYTES_MAX) return undefined
  try {
    const key = createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' })
    return isUsable(key) ? key : undefined
  } catch {
    return undefined
  }
}

function isUsable({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): boolean {
  const bits = details?.modulusLength ?? 0
  return (
    asymmetricKeyType === 'rsa' &&
    bits >= RSA_BITS_MIN &&
    bits <= RSA_BITS_MAX &&
    details?.publicExponent === PUBLIC_EXPONENT
  )
}

function parsePrivateKey(bytes: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' })
  } catch (cause) {
    throw new MaximaError('bad-key', 'the private key is not an RSA key in PKCS#8 form', {}, { cause })
  }
}
