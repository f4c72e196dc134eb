import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { SettingStore } from '../../store/index.ts'
import type { AccessMode, Caller } from '../caller.ts'
import { OWNER } from '../caller.ts'
import { RpcError } from '../rpc-error.ts'

/** The user that `password` of the options belongs to. */
export const MAIN_USER = 'minima'
/** As the reference shows a user who may only read. */
const READER_NAME = 'RESTRICTEDMDS'
export const USERS_MAX = 100
const SETTING = 'rpc-users'
const SALT_BYTES = 16
const HASH_BYTES = 32
/** RFC 7914: 16 MB, some 40 ms. */
const COST = { N: 2 ** 14, r: 8, p: 1 }
/** Credentials that were right before, so that not every request pays for the hash. */
const REMEMBERED_MAX = 256

interface StoredUser {
  readonly name: string
  readonly mode: AccessMode
  /** Base64. */
  readonly salt: string
  readonly hash: string
}

/** Who may call, and what. Passwords of stored users are kept as scrypt hashes. */
export class Users {
  readonly #settings: SettingStore
  readonly #mainPassword: string | undefined
  readonly #key = randomBytes(HASH_BYTES)
  /** Digests of credentials that were right, with the user they belong to. */
  readonly #remembered = new Map<string, string>()
  #users: StoredUser[]

  constructor(settings: SettingStore, mainPassword: string | undefined) {
    this.#settings = settings
    this.#mainPassword = mainPassword
    this.#users = readUsers(settings)
  }

  /** Must callers say who they are? */
  get isDemanded(): boolean {
    return this.#mainPassword !== undefined || this.#users.length > 0
  }

  get hasMainPassword(): boolean {
    return this.#mainPassword !== undefined
  }

  list(): Pick<StoredUser, 'name' | 'mode'>[] {
    return this.#users.map(({ name, mode }) => ({ name, mode }))
  }

  /** @throws RpcError `refused`, `too-much` */
  async add(name: string, password: string, mode: AccessMode): Promise<void> {
    if (name === MAIN_USER || name.includes(':'))
      throw new RpcError('refused', `Cannot add User ${name} - this is the default RPC user.`)
    const salt = randomBytes(SALT_BYTES)
    const hash = await passwordHash(password, salt)
    const user: StoredUser = { name, mode, salt: salt.toString('base64'), hash: hash.toString('base64') }
    const others = this.#users.filter((other) => other.name !== name)
    if (others.length >= USERS_MAX) throw new RpcError('too-much', `${USERS_MAX} users exist already`)
    this.#save([...others, user])
  }

  remove(name: string): void {
    this.#save(this.#users.filter((user) => user.name !== name))
  }

  /** The caller behind an `Authorization` header; undefined when it is missing or wrong. */
  async identify(header: string | undefined): Promise<Caller | undefined> {
    if (!this.isDemanded) return OWNER
    const credentials = parseBasic(header)
    if (credentials === undefined) return undefined
    const { name, password } = credentials
    if (name === MAIN_USER) {
      return this.#mainPassword !== undefined && this.#isSame(password, this.#mainPassword) ? OWNER : undefined
    }
    const user = this.#users.find((other) => other.name === name)
    // A wrong name costs the same time as a wrong password.
    const salt = user === undefined ? this.#key.subarray(0, SALT_BYTES) : Buffer.from(user.salt, 'base64')
    const digest = this.#digest(`${name}:${password}`)
    if (user !== undefined && this.#remembered.get(digest) === user.hash) return callerOf(user)
    const hash = await passwordHash(password, salt)
    if (user === undefined || !timingSafeEqual(hash, Buffer.from(user.hash, 'base64'))) return undefined
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear()
    this.#remembered.set(digest, user.hash)
    return callerOf(user)
  }

  #save(users: StoredUser[]): void {
    this.#users = users
    this.#remembered.clear()
    this.#settings.set(SETTING, JSON.stringify(users))
  }

  #isSame(given: string, right: string): boolean {
    return timingSafeEqual(Buffer.from(this.#digest(given), 'base64'), Buffer.from(this.#digest(right), 'base64'))
  }

  #digest(text: string): string {
    return createHash('sha256').update(this.#key).update(text, 'utf8').digest('base64')
  }
}

const callerOf = ({ name, mode }: StoredUser): Caller => ({ name: mode === 'write' ? name : READER_NAME, mode })

function parseBasic(header: string | undefined): { name: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

const passwordHash = (password: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, COST, (error, hash) => (error ? reject(error) : resolve(hash)))
  })

function readUsers(settings: SettingStore): StoredUser[] {
  const value: unknown = JSON.parse(settings.get(SETTING) ?? '[]')
  return Array.isArray(value) ? value.filter(isStoredUser) : []
}

const isStoredUser = (value: unknown): value is StoredUser =>
  typeof value === 'object' &&
  value !== null &&
  ['name', 'salt', 'hash'].every((key) => typeof (value as Record<string, unknown>)[key] === 'string') &&
  ['read', 'write'].includes((value as { mode?: string }).mode ?? '')
