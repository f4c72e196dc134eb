import { fromLowerHex, keyId } from '../crypto/index.ts'
import {
  type Authority,
  type Credential,
  type CredentialRequest,
  formatCredential,
  IdentityError,
  parseCredential,
} from '../identity/index.ts'
import type { Query, Store } from './store.ts'
import type { CredentialTable } from './tables.ts'

/** A credential with what happened to it since. */
export interface CredentialRecord {
  /** First 16 hex digits of SHA-256 of the public key. */
  readonly keyId: string
  readonly credential: Credential
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  readonly notBeforeMs: number
  /** Exclusive; infinite when the end is open. */
  readonly notAfterMs: number
  /** Nothing that arrives under the key from this time on is taken. */
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
  readonly #remembered = new Map<string, { readonly atMs: number; readonly record: CredentialRecord }>()

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
  async enrol(request: CredentialRequest & { readonly label?: string }): Promise<Credential> {
    const credential = this.#authority.issue(request)
    const key = keyId(request.publicKey)
    await this.#store.transaction(async (tx) => {
      await tx
        .insertInto('device')
        .values({ id: credential.device, label: request.label ?? null, enrolled_ms: this.#now() })
        .onConflict((c) => c.column('id').doNothing())
        .execute()
      const inserted = await tx
        .insertInto('credential')
        .values({
          key_id: key,
          device: credential.device,
          public_key: request.publicKey,
          not_before_ms: request.notBeforeMs,
          not_after_ms: request.notAfterMs ?? null,
          revoked_ms: null,
          revoked_reason: null,
          text: formatCredential(credential),
        })
        .onConflict((c) => c.column('key_id').doNothing())
        .executeTakeFirst()
      if (inserted.numInsertedOrUpdatedRows === 0n) await assertSame(tx, key, credential)
    })
    this.#remembered.delete(key)
    return credential
  }

  /**
   * Refuses everything that arrives under the key from `revokedMs` on; what was accepted before stays. An earlier
   * revocation is never moved later.
   *
   * @throws IdentityError `key-unknown`
   */
  async revoke(key: string, revokedMs: number, reason: string): Promise<CredentialRecord> {
    await this.#store.transaction((tx) =>
      tx
        .updateTable('credential')
        .set({ revoked_ms: revokedMs, revoked_reason: reason })
        .where('key_id', '=', key)
        .where((c) => c.or([c('revoked_ms', 'is', null), c('revoked_ms', '>', revokedMs)]))
        .execute(),
    )
    this.#remembered.delete(key)
    const record = await this.find(key)
    if (!record) throw new IdentityError('key-unknown', `no credential for the key ${key}`, { key })
    return record
  }

  /** The credential of a key id, or `undefined`. Usually answered from memory. */
  async find(key: string): Promise<CredentialRecord | undefined> {
    return this.remembered(key) ?? (await this.#load(key))
  }

  /** The same, only if it can be answered without waiting. */
  remembered(key: string): CredentialRecord | undefined {
    const known = this.#remembered.get(key)
    return known && this.#now() - known.atMs < REMEMBERED_MS ? known.record : undefined
  }

  /** All credentials of a device, oldest first. */
  async ofDevice(device: string): Promise<CredentialRecord[]> {
    const rows = await this.#store.db
      .selectFrom('credential')
      .selectAll()
      .where('device', '=', device)
      .orderBy('not_before_ms')
      .orderBy('key_id')
      .execute()
    return rows.map(toRecord)
  }

  async #load(key: string): Promise<CredentialRecord | undefined> {
    const row = await this.#store.db.selectFrom('credential').selectAll().where('key_id', '=', key).executeTakeFirst()
    // Unknown keys are not remembered: strangers could otherwise push the known ones out.
    if (!row) return undefined
    const record = toRecord(row)
    this.#remembered.delete(key)
    this.#remembered.set(key, { atMs: this.#now(), record })
    if (this.#remembered.size > REMEMBERED_MAX) {
      const oldest = this.#remembered.keys().next()
      if (!oldest.done) this.#remembered.delete(oldest.value)
    }
    return record
  }
}

async function assertSame(tx: Query, key: string, wanted: Credential): Promise<void> {
  const row = await tx.selectFrom('credential').select('text').where('key_id', '=', key).executeTakeFirstOrThrow()
  // Ed25519 signs deterministically, so the same statement has the same text.
  if (row.text === formatCredential(wanted)) return
  const { device, notBefore, notAfter } = parseCredential(row.text)
  throw new IdentityError(
    'key-taken',
    `the key ${key} is already certified for ${device}, from ${notBefore} to ${notAfter ?? 'no end'}: make a new key`,
    { key, device },
  )
}

function toRecord(row: CredentialTable): CredentialRecord {
  const credential = parseCredential(row.text)
  return {
    keyId: row.key_id,
    credential,
    publicKey: fromLowerHex(credential.publicKey, 32),
    notBeforeMs: row.not_before_ms,
    notAfterMs: row.not_after_ms ?? Number.POSITIVE_INFINITY,
    revokedMs: row.revoked_ms ?? undefined,
    revokedReason: row.revoked_reason ?? undefined,
  }
}
