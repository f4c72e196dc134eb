import { canonicalBytes } from '../canonical/index.ts'
import { type Ed25519, keyId, toBase64, toLowerHex } from '../crypto/index.ts'
import { CREDENTIAL_TYPE, type Credential, type SignedCredential } from './credential.ts'
import { IdentityError } from './identity-error.ts'
import { assertDeviceId } from './names.ts'
import type { SigningKey } from './signing-key.ts'

export interface CredentialRequest {
  readonly device: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  readonly validFromMs: number
  /** Exclusive. */
  readonly validToMs: number
}

/** The city's own key, which certifies whose key is whose. */
export class Authority {
  readonly #key: SigningKey
  readonly #ed25519: Ed25519

  constructor(key: SigningKey, ed25519: Ed25519) {
    this.#key = key
    this.#ed25519 = ed25519
  }

  get publicKey(): Uint8Array {
    return this.#key.publicKey
  }

  get id(): string {
    return this.#key.id
  }

  /** @throws IdentityError `device-id`, `validity` */
  issue(request: CredentialRequest): SignedCredential {
    assertDeviceId(request.device)
    const credential: Credential = {
      device: request.device,
      issuer: this.#key.id,
      key: keyId(request.publicKey),
      publicKey: toLowerHex(request.publicKey),
      type: CREDENTIAL_TYPE,
      validFrom: instant(request.validFromMs),
      validTo: instant(request.validToMs),
    }
    if (request.validFromMs >= request.validToMs)
      throw new IdentityError(
        'validity',
        `the validity ends at ${credential.validTo}, before it begins at ${credential.validFrom}`,
      )
    const signature = this.#ed25519.sign(canonicalBytes(credential), this.#key.secret)
    return { credential, signature: toBase64(signature) }
  }
}

/** Four-digit years only: their text sorts like the time. */
const TIME_MS_MIN = Date.UTC(1, 0, 1)
const TIME_MS_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

function instant(ms: number): string {
  if (!(Number.isSafeInteger(ms) && ms >= TIME_MS_MIN && ms <= TIME_MS_MAX))
    throw new IdentityError('validity', `${ms} is not a time in milliseconds between the years 1 and 9999`)
  return new Date(ms).toISOString()
}
