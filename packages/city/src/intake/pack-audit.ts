import { bytesEqual } from '@minipolis/minima'
import { type Ed25519, fromLowerHex, keyId, type Sha256, toLowerHex } from '../crypto/index.ts'
import { IdentityError, isCredentialSigned, parseCredential } from '../identity/index.ts'
import { CompactRange, damaged, type LeafAudit, type MerkleHash } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import { type PackHeader, packHeaderText } from '../streams/index.ts'

/** Packs read with one query. */
const PACKS_PER_QUERY = 500

/** Keys remembered at most; then all are forgotten and read again. */
const KEYS_MAX = 10_000

export interface PackAuditParts {
  readonly store: Store
  /** The authority's public key, 32 bytes: who may certify devices. */
  readonly authority: Uint8Array
  readonly hash: MerkleHash
  readonly sha256: Sha256
  readonly ed25519: Ed25519
}

interface PackRow {
  readonly log_first: number
  readonly stream: string
  readonly first: number
  readonly count: number
  readonly id: Uint8Array
  readonly header: string
  readonly signature: Uint8Array
}

/**
 * Holds every pack of the database against the leaves of its readings, its device's signature and the credential of its key: so
 * a reading that was changed together with all hashes of the log shows as well.
 */
export class PackAudit implements LeafAudit {
  readonly #parts: PackAuditParts
  readonly #keys = new Map<string, Uint8Array>()
  #rows: PackRow[] = []
  #at = 0
  /** Leaves taken so far. */
  #size = 0
  #range: CompactRange

  constructor(parts: PackAuditParts) {
    this.#parts = parts
    this.#range = CompactRange.empty(parts.hash)
  }

  async take(leaves: readonly Uint8Array[]): Promise<void> {
    for (const leaf of leaves) {
      const row = await this.#current()
      if (row?.log_first !== this.#size - this.#range.size)
        throw damaged(`pack ${this.#size}`, `no pack holds entry ${this.#size}`)
      this.#range.push(leaf)
      this.#size++
      if (this.#range.size < row.count) continue
      await this.#judge(row)
      this.#range = CompactRange.empty(this.#parts.hash)
      this.#at++
    }
  }

  async end(): Promise<void> {
    const row = await this.#current()
    if (row) throw damaged(`pack ${row.log_first}`, `the log ends at ${this.#size}, before the end of the pack`)
  }

  /** The pack that holds the next leaf, if there is one. */
  async #current(): Promise<PackRow | undefined> {
    if (this.#at < this.#rows.length) return this.#rows[this.#at]
    this.#at = 0
    this.#rows = await this.#parts.store.db
      .selectFrom('pack')
      .innerJoin('stream', 'stream.no', 'pack.stream_no')
      .select(['log_first', 'stream.id as stream', 'first', 'count', 'pack.id', 'header', 'signature'])
      .where('log_first', '>=', this.#size)
      .orderBy('log_first')
      .limit(PACKS_PER_QUERY)
      .execute()
    return this.#rows[0]
  }

  async #judge({ log_first, stream, first, count, id, header, signature }: PackRow): Promise<void> {
    const { sha256, ed25519 } = this.#parts
    const wrong = (detail: string) => damaged(`pack ${log_first}`, detail)
    const bytes = new TextEncoder().encode(header)
    if (!bytesEqual(sha256(bytes), id)) throw wrong('its id is not the hash of its header')
    const said = readHeader(header)
    if (!said) throw wrong('its header is not that of a pack')
    if (said.stream !== stream || said.first !== first || said.count !== count)
      throw wrong('its row names another stream, first reading or count than its header')
    if (!ed25519.verify(signature, bytes, await this.#keyOf(said))) throw wrong('its signature is not that of its key')
    if (said.root === toLowerHex(this.#range.root())) return
    const entries = count === 1 ? `entry ${log_first}` : `entries ${log_first} to ${log_first + count - 1}`
    throw damaged(entries, `${entries} with all hashes of the log are not what the device signed: ${stream}@${first}`)
  }

  async #keyOf({ key, device }: PackHeader): Promise<Uint8Array> {
    const known = this.#keys.get(key)
    if (known) return known
    const wrong = (detail: string) => damaged(`credential ${key}`, detail)
    const row = await this.#parts.store.db
      .selectFrom('credential')
      .select(['text', 'public_key', 'device'])
      .where('key_id', '=', key)
      .executeTakeFirst()
    if (!row) throw wrong('the credential is missing')
    try {
      const credential = parseCredential(row.text)
      const publicKey = fromLowerHex(credential.publicKey, 32)
      if (
        credential.authority !== toLowerHex(this.#parts.authority) ||
        !isCredentialSigned(credential, this.#parts.ed25519)
      )
        throw wrong('it is not signed by the authority of the city')
      if (keyId(publicKey) !== key || !bytesEqual(publicKey, row.public_key))
        throw wrong('its row names another key than its signed text')
      if (credential.device !== device || row.device !== device) throw wrong('it is that of another device')
      if (this.#keys.size >= KEYS_MAX) this.#keys.clear()
      this.#keys.set(key, publicKey)
      return publicKey
    } catch (error) {
      if (error instanceof IdentityError) throw wrong(error.message)
      throw error
    }
  }
}

/** `undefined` when the text is not the one text of a pack header. */
function readHeader(text: string): PackHeader | undefined {
  try {
    const header = JSON.parse(text) as PackHeader
    return packHeaderText(header) === text ? header : undefined
  } catch {
    return undefined
  }
}
