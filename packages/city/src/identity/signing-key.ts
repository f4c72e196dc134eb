import { canonicalJson } from '../canonical/index.ts'
import { type Ed25519, fromLowerHex, keyId, toLowerHex } from '../crypto/index.ts'
import { IdentityError } from './identity-error.ts'

/** An Ed25519 key pair of a device, gateway, agency or of the city's authority. */
export interface SigningKey {
  /** 32-byte seed. Secret. */
  readonly secret: Uint8Array
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** First 16 hex digits of SHA-256 of the public key. */
  readonly id: string
}

const KEY_FILE_TYPE = 'minipolis-key/1'

/** @param secret 32 bytes from a cryptographic random source, or the seed of an existing key. */
export function signingKey(secret: Uint8Array, ed25519: Ed25519): SigningKey {
  const publicKey = ed25519.publicKey(secret)
  return { secret, publicKey, id: keyId(publicKey) }
}

/** The text of a key file: one line of JSON. It holds the secret: keep it readable for its owner only. */
export const formatKeyFile = (key: SigningKey): string =>
  `${canonicalJson({ key: key.id, publicKey: toLowerHex(key.publicKey), secret: toLowerHex(key.secret), type: KEY_FILE_TYPE })}\n`

/** @throws IdentityError `key-file`; the message never quotes the text, which may hold a secret */
export function parseKeyFile(text: string, ed25519: Ed25519): SigningKey {
  let members: Record<string, unknown>
  try {
    members = Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    throw new IdentityError('key-file', 'the key file is not JSON')
  }
  if (members.type !== KEY_FILE_TYPE)
    throw new IdentityError('key-file', `the key file is not of type ${KEY_FILE_TYPE}`)
  let secret: Uint8Array
  try {
    secret = fromLowerHex(String(members.secret), 32)
  } catch {
    throw new IdentityError('key-file', 'the key file has no secret of 64 lower-case hex digits')
  }
  const key = signingKey(secret, ed25519)
  if (members.publicKey !== toLowerHex(key.publicKey) || members.key !== key.id)
    throw new IdentityError('key-file', 'the public key of the key file does not belong to its secret')
  return key
}
