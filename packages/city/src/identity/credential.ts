import { canonicalBytes, canonicalJson, parseCanonicalJson } from '../canonical/index.ts'
import { type Ed25519, fromBase64, fromLowerHex, keyId } from '../crypto/index.ts'
import { IdentityError } from './identity-error.ts'
import { isDeviceId } from './names.ts'

export const CREDENTIAL_TYPE = 'minipolis-credential/1'

/** The city's statement whose key this is. Signed as canonical JSON, so its keys stand in the order of the bytes. */
export interface Credential {
  readonly device: string
  /** Key id of the authority that signed. */
  readonly issuer: string
  /** Key id of `publicKey`. */
  readonly key: string
  /** Ed25519 public key, 64 lower-case hex digits. */
  readonly publicKey: string
  readonly type: typeof CREDENTIAL_TYPE
  /** UTC instant, RFC 3339 with milliseconds. */
  readonly validFrom: string
  /** UTC instant, exclusive. */
  readonly validTo: string
}

export interface SignedCredential {
  readonly credential: Credential
  /** Base64 of the authority's signature over the canonical JSON of `credential`. */
  readonly signature: string
}

const MEMBERS = ['device', 'issuer', 'key', 'publicKey', 'type', 'validFrom', 'validTo'] as const

/**
 * Insists that a value is a credential whose parts fit together; says nothing about its signature.
 *
 * @throws IdentityError `credential-form`
 */
export function parseCredential(value: unknown): Credential {
  const refuse = (what: string) => new IdentityError('credential-form', `the credential ${what}`)
  if (typeof value !== 'object' || value === null) throw refuse('is not an object')
  const members = value as Record<string, unknown>
  if (Object.keys(members).length !== MEMBERS.length)
    throw refuse(`must have exactly the members ${MEMBERS.join(', ')}`)
  for (const name of MEMBERS) if (typeof members[name] !== 'string') throw refuse(`needs the text "${name}"`)
  const credential = value as Credential
  if (credential.type !== CREDENTIAL_TYPE) throw refuse(`is not of type ${CREDENTIAL_TYPE}`)
  if (!isDeviceId(credential.device)) throw refuse('names no valid device id')
  let publicKey: Uint8Array
  try {
    publicKey = fromLowerHex(credential.publicKey, 32)
  } catch (cause) {
    throw new IdentityError('credential-form', 'the credential has no Ed25519 public key in hex', {}, { cause })
  }
  if (credential.key !== keyId(publicKey)) throw refuse('has a key id that is not of its public key')
  if (!isInstant(credential.validFrom) || !isInstant(credential.validTo))
    throw refuse('has a time that is not an instant')
  if (credential.validFrom >= credential.validTo) throw refuse('ends before it begins')
  return credential
}

/** Reads the text of a credential as kept in the store. */
export const credentialFromText = (text: string): Credential => parseCredential(parseCanonicalJson(text))

export const credentialText = (credential: Credential): string => canonicalJson(credential)

/** Whether the authority with this public key signed the credential. False, never an exception, for anything malformed. */
export function isCredentialSignedBy(signed: SignedCredential, authority: Uint8Array, ed25519: Ed25519): boolean {
  if (signed.credential.issuer !== keyId(authority)) return false
  try {
    return ed25519.verify(fromBase64(signed.signature, 64), canonicalBytes(signed.credential), authority)
  } catch {
    return false
  }
}

/** Canonical UTC instants sort as text like the times they name. */
function isInstant(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text
}
