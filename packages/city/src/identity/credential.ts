import { canonicalBytes, canonicalJson, parseCanonicalJson } from '../canonical/index.ts'
import { type Ed25519, fromBase64, fromLowerHex, toBase64 } from '../crypto/index.ts'
import { IdentityError } from './identity-error.ts'
import { isDeviceId } from './names.ts'
import type { SigningKey } from './signing-key.ts'

export const CREDENTIAL_TYPE = 'minipolis-credential/1'

/** What a credential says, before it is signed. */
export interface CredentialStatement {
  /** Ed25519 public key of the issuing authority, 64 lower-case hex digits. */
  readonly authority: string
  readonly device: string
  /** UTC instant, exclusive; `null` when the end is open. */
  readonly notAfter: string | null
  /** UTC instant, RFC 3339 with milliseconds. */
  readonly notBefore: string
  /** Ed25519 public key of the device, 64 lower-case hex digits. */
  readonly publicKey: string
  readonly type: typeof CREDENTIAL_TYPE
}

/** The city's statement whose key this is. Format: `docs/evidence-format.md`, "Credential". */
export interface Credential extends CredentialStatement {
  /** Base64 of the authority's Ed25519 signature over the canonical JSON of the other members. */
  readonly signature: string
}

/** Signs a statement with the authority's key, whose public half the statement must name. */
export function signCredential(statement: CredentialStatement, key: SigningKey, ed25519: Ed25519): Credential {
  return { ...statement, signature: toBase64(ed25519.sign(canonicalBytes(statement), key.secret)) }
}

/** Whether the authority that the credential names signed it. Whether that authority is to be trusted is the caller's question. */
export function isCredentialSigned(credential: Credential, ed25519: Ed25519): boolean {
  const { signature, ...statement } = credential
  return ed25519.verify(fromBase64(signature, 64), canonicalBytes(statement), fromLowerHex(credential.authority, 32))
}

/** Canonical JSON, signature included: the form that is stored and shown. */
export const formatCredential = (credential: Credential): string => canonicalJson(credential)

/**
 * Reads the text of a credential. Its signature is not checked here.
 *
 * @throws IdentityError `credential-form`
 */
export function parseCredential(text: string): Credential {
  try {
    return credentialFrom(parseCanonicalJson(text))
  } catch (cause) {
    if (cause instanceof IdentityError) throw cause
    throw new IdentityError('credential-form', 'the credential is not canonical JSON', {}, { cause })
  }
}

const MEMBERS = ['authority', 'device', 'notAfter', 'notBefore', 'publicKey', 'signature', 'type'] as const

/**
 * Insists that a value has the form of a credential. Its signature is not checked here.
 *
 * @throws IdentityError `credential-form`
 */
export function credentialFrom(value: unknown): Credential {
  const refuse = (what: string) => new IdentityError('credential-form', `the credential ${what}`)
  if (typeof value !== 'object' || value === null) throw refuse('is not an object')
  const members = value as Readonly<Record<string, unknown>>
  if (Object.keys(members).length !== MEMBERS.length)
    throw refuse(`must have exactly the members ${MEMBERS.join(', ')}`)
  const text = (name: (typeof MEMBERS)[number]): string => {
    const member = members[name]
    if (typeof member !== 'string') throw refuse(`needs the text "${name}"`)
    return member
  }
  const bytes = (name: 'authority' | 'publicKey' | 'signature'): string => {
    try {
      if (name === 'signature') fromBase64(text(name), 64)
      else fromLowerHex(text(name), 32)
    } catch (cause) {
      throw new IdentityError('credential-form', `the credential has a malformed "${name}"`, {}, { cause })
    }
    return text(name)
  }
  const instant = (name: 'notBefore' | 'notAfter'): string => {
    if (!isInstant(text(name))) throw refuse(`has a "${name}" that is not a UTC instant with milliseconds`)
    return text(name)
  }

  if (text('type') !== CREDENTIAL_TYPE) throw refuse(`is not of type ${CREDENTIAL_TYPE}`)
  if (!isDeviceId(text('device'))) throw refuse('names no valid device id')
  const credential: Credential = {
    authority: bytes('authority'),
    device: text('device'),
    notAfter: members.notAfter === null ? null : instant('notAfter'),
    notBefore: instant('notBefore'),
    publicKey: bytes('publicKey'),
    signature: bytes('signature'),
    type: CREDENTIAL_TYPE,
  }
  // Canonical instants of four-digit years sort as text like the times they name.
  if (credential.notAfter !== null && credential.notBefore >= credential.notAfter) throw refuse('ends before it begins')
  return credential
}

function isInstant(text: string): boolean {
  const ms = Date.parse(text)
  return text.length === 24 && !Number.isNaN(ms) && new Date(ms).toISOString() === text
}
