import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import { type RandomBytes, utf8 } from '@minipolis/minima'
import { RpcError } from './rpc-error.ts'

const compress = promisify<Uint8Array, { level: number }, Buffer>(gzip)
const expand = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)

/** Starts a backup file. The reference has another format, which only it can read: this one is a compressed SQLite database. */
const MARK = utf8('MINIPOLIS-BACKUP-1\n')
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const CIPHER = 'aes-256-gcm'
/** RFC 7914: 64 MB for each guess. */
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 }
/** Bytes of a database that is put into a backup, and of one that comes out. */
export const BACKUP_SIZE_MAX = 2 ** 31 - 1

/** A database as the bytes of a backup file: mark, salt, nonce, tag, and the compressed database under AES-256-GCM. */
export async function sealBackup(database: Uint8Array, password: string, random: RandomBytes): Promise<Uint8Array> {
  const salt = random(SALT_BYTES)
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, await passwordKey(password, salt), nonce)
  const plain = await compress(database, { level: constants.Z_BEST_SPEED })
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([MARK, salt, nonce, cipher.getAuthTag(), sealed])
}

/** The database of a backup file. @throws RpcError `refused` for other files, a wrong password and damage */
export async function openBackup(file: Buffer, password: string): Promise<Buffer> {
  if (!file.subarray(0, MARK.length).equals(MARK))
    throw new RpcError('refused', 'the file is no backup of this program')
  let at = MARK.length
  const take = (length: number): Buffer => {
    at += length
    return file.subarray(at - length, at)
  }
  const [salt, nonce, tag] = [take(SALT_BYTES), take(NONCE_BYTES), take(TAG_BYTES)]
  const key = await passwordKey(password, salt)
  let plain: Buffer
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAuthTag(tag)
    plain = Buffer.concat([decipher.update(file.subarray(at)), decipher.final()])
  } catch (cause) {
    throw new RpcError('refused', 'Incorrect Password! or the file is damaged', {}, { cause })
  }
  try {
    return await expand(plain, { maxOutputLength: BACKUP_SIZE_MAX })
  } catch (cause) {
    throw new RpcError('refused', 'the database in the file is damaged or too large', {}, { cause })
  }
}

const passwordKey = (password: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)))
  })
