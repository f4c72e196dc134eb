import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto'
import type { RandomBytes } from '@minipolis/minima'
import { WalletError } from '../errors/index.ts'

/** RFC 7914: 64 MB and about a tenth of a second for each guess. */
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 }
const KEY_BYTES = 32
const SALT_BYTES = 16
/** AES-256-GCM, NIST SP 800-38D. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

/** The phrase as only the password reads it: base64 of salt, nonce, tag and cipher text. */
export async function lockPhrase(phrase: string, password: string, random: RandomBytes): Promise<string> {
  const salt = random(SALT_BYTES)
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, await passwordKey(password, salt), nonce)
  const locked = Buffer.concat([cipher.update(phrase, 'utf8'), cipher.final()])
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), locked]).toString('base64')
}

/** @throws WalletError `wrong-password`, also when the text was damaged: the two cannot be told apart */
export async function openPhrase(locked: string, password: string): Promise<string> {
  const bytes = Buffer.from(locked, 'base64')
  const salt = bytes.subarray(0, SALT_BYTES)
  const nonce = bytes.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES)
  const tag = bytes.subarray(SALT_BYTES + NONCE_BYTES, SALT_BYTES + NONCE_BYTES + TAG_BYTES)
  const text = bytes.subarray(SALT_BYTES + NONCE_BYTES + TAG_BYTES)
  const key = await passwordKey(password, salt)
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new WalletError('wrong-password', 'Incorrect password!', {}, { cause })
  }
}

const passwordKey = (password: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)))
  })
