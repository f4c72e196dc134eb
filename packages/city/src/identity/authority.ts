import { type Ed25519, toLowerHex } from '../crypto/index.ts'
import { CREDENTIAL_TYPE, type Credential, signCredential } from './credential.ts'
import { IdentityError } from './identity-error.ts'
import { assertDeviceId } from './names.ts'
import type { SigningKey } from './signing-key.ts'

export interface CredentialRequest {
  readonly device: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** Earliest reading time the key counts for, milliseconds since 1970. */
  readonly notBeforeMs: number
  /** Exclusive; absent when the end is open. */
  readonly notAfterMs?: number
}

/** The city's own key, which certifies whose key is whose. */
export class Authority {
  readonly #key: SigningKey
  readonly #ed25519: Ed25519

  constructor(key: SigningKey, ed25519: Ed25519) {
    this.#key = key
    this.#ed25519 = ed25519
  }

  /** 32 bytes. */
  get publicKey(): Uint8Array {
    return this.#key.publicKey
  }

  /** @throws IdentityError `device-id`, `validity` */
  issue({ device, publicKey, notBeforeMs, notAfterMs }: CredentialRequest): Credential {
    assertDeviceId(device)
    if (notAfterMs !== undefined && notBeforeMs >= notAfterMs)
      throw new IdentityError('validity', `the validity of the key would end at ${notAfterMs} ms, before it begins`)
    return signCredential(
      {
        authority: toLowerHex(this.#key.publicKey),
        device,
        notAfter: notAfterMs === undefined ? null : instant(notAfterMs),
        notBefore: instant(notBeforeMs),
        publicKey: toLowerHex(publicKey),
        type: CREDENTIAL_TYPE,
      },
      this.#key,
      this.#ed25519,
    )
  }
}

/** Four-digit years only: their text sorts like the time. */
const TIME_MS_MIN = -62_135_596_800_000
const TIME_MS_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

function instant(ms: number): string {
  if (!(Number.isSafeInteger(ms) && ms >= TIME_MS_MIN && ms <= TIME_MS_MAX))
    throw new IdentityError('validity', `${ms} is not a time in milliseconds between the years 1 and 9999`)
  return new Date(ms).toISOString()
}
