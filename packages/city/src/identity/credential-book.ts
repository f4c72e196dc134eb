import { fromBase64, fromLowerHex, toBase64 } from '../crypto/index.ts'
import type { CredentialTable, Store } from '../store/index.ts'
import type { Authority, CredentialRequest } from './authority.ts'
import { type Credential, credentialFromText, credentialText, type SignedCredential } from './credential.ts'
import { IdentityError } from './identity-error.ts'

/** A credential with what happened to it since. */
export interface CredentialRecord extends SignedCredential {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  readonly validFromMs: number
  readonly validToMs: number
  /** Nothing signed by the key is taken from this time on. */
  readonly revokedMs: number | undefined
  readonly revokedReason: string | undefined
}

/** Keys remembered in memory at most; the oldest are forgotten first. */
const REMEMBERED_MAX = 20_000

/** How long a remembered key may miss a revocation that another server wrote. */
const REMEMBERED_MS = 5_000

/** All credentials of the city: who may sign what, when. A device may hold several at once, so keys rotate without a gap. */
export class CredentialBook {
  readonly #store: Store
  readonly #authority: Authority
  readonly #now: () => number
  readonly #remembered = new Map<string, { readonly atMs: number; readonly record: CredentialRecord | undefined }>()

  constructor(store: Store, authority: Authority, now: () => number) {
    this.#store = store
    this.#authority = authority
    this.#now = now
  }

  get authority(): Authority {
    return this.#authority
  }

  /**
   * Certifies a key for a device, which is noted when it is new. Asking the same again gives the same credential.
   *
   * @throws IdentityError `device-id`, `validity`, `key-taken`
   */
  async enrol(request: CredentialRequest & { readonly label?: string }): Promise<SignedCredential> {
    const signed = this.#authority.issue(request)
    const { credential } = signed
    await this.#store.transaction(async (tx) => {
      await tx
        .insertInto('device')
        .values({ id: credential.device, label: request.label ?? null, enrolled_ms: this.#now() })
        .onConflict((c) => c.column('id').doNothing())
        .execute()
      const inserted = await tx
        .insertInto('credential')
        .values({
          key_id: credential.key,
          device: credential.device,
          public_key: fromLowerHex(credential.publicKey, 32),
          valid_from_ms: request.validFromMs,
          valid_to_ms: request.validToMs,
          revoked_ms: null,
          revoked_reason: null,
          text: credentialText(credential),
          signature: fromBase64(signed.signature, 64),
        })
        .onConflict((c) => c.column('key_id').doNothing())
        .executeTakeFirst()
      if (inserted.numInsertedOrUpdatedRows === 0n) await assertSame(tx, credential)
    })
    this.#remembered.delete(credential.key)
    return signed
  }

  /**
   * Refuses everything that arrives under the key from `revokedMs` on; what was accepted before stays. An earlier
   * revocation is never moved later.
   *
   * @throws IdentityError `key-unknown`
   */
  async revoke(key: string, revokedMs: number, reason: string): Promise<CredentialRecord> {
    await this.#store.db
      .updateTable('credential')
      .set({ revoked_ms: revokedMs, revoked_reason: reason })
      .where('key_id', '=', key)
      .where((c) => c.or([c('revoked_ms', 'is', null), c('revoked_ms', '>', revokedMs)]))
      .execute()
    this.#remembered.delete(key)
    const record = await this.find(key)
    if (!record) throw new IdentityError('key-unknown', `no credential for the key ${key}`, { key })
    return record
  }

  /** The credential of a key id, or `undefined`. Usually answered from memory. */
  async find(key: string): Promise<CredentialRecord | undefined> {
    const known = this.#remembered.get(key)
    if (known && this.#now() - known.atMs < REMEMBERED_MS) return known.record
    const row = await this.#store.db.selectFrom('credential').selectAll().where('key_id', '=', key).executeTakeFirst()
    const record = row && toRecord(row)
    this.#remember(key, record)
    return record
  }

  /** All credentials of a device, oldest first. */
  async ofDevice(device: string): Promise<CredentialRecord[]> {
    const rows = await this.#store.db
      .selectFrom('credential')
      .selectAll()
      .where('device', '=', device)
      .orderBy('valid_from_ms')
      .orderBy('key_id')
      .execute()
    return rows.map(toRecord)
  }

  #remember(key: string, record: CredentialRecord | undefined): void {
    // Unknown keys are looked up each time: strangers could otherwise push the known ones out.
    if (!record) return
    this.#remembered.delete(key)
    this.#remembered.set(key, { atMs: this.#now(), record })
    if (this.#remembered.size > REMEMBERED_MAX) {
      const oldest = this.#remembered.keys().next()
      if (!oldest.done) this.#remembered.delete(oldest.value)
    }
  }
}

async function assertSame(tx: Store['db'], wanted: Credential): Promise<void> {
  const row = await tx
    .selectFrom('credential')
    .select('text')
    .where('key_id', '=', wanted.key)
    .executeTakeFirstOrThrow()
  if (row.text === credentialText(wanted)) return
  const { device, validFrom, validTo } = credentialFromText(row.text)
  throw new IdentityError(
    'key-taken',
    `the key ${wanted.key} is already certified for ${device} from ${validFrom} to ${validTo}: make a new key`,
    { key: wanted.key, device },
  )
}

function toRecord(row: CredentialTable): CredentialRecord {
  return {
    credential: credentialFromText(row.text),
    signature: toBase64(row.signature),
    publicKey: row.public_key,
    validFromMs: row.valid_from_ms,
    validToMs: row.valid_to_ms,
    revokedMs: row.revoked_ms ?? undefined,
    revokedReason: row.revoked_reason ?? undefined,
  }
}
