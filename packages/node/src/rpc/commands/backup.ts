import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto'
import { readFile, rm, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import { jsonBoolean, jsonNumber, jsonObject, jsonString, utf8 } from '@minipolis/minima'
import { type Command, flagParameter, numberParameter, passwordParameter, REQUIRED, textParameter } from '../command.ts'
import { fileSize, folderPath, writeFolderFile } from '../folder-files.ts'
import { formatSize } from '../java-size.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

const compress = promisify<Uint8Array, { level: number }, Buffer>(gzip)
const expand = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)

/** Starts a backup file of this program. */
const MARK = utf8('MINIPOLIS-BACKUP-1\n')
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const CIPHER = 'aes-256-gcm'
/** RFC 7914: 64 MB for each guess. */
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 }
/** Bytes of a database that is restored. */
const DATABASE_SIZE_MAX = 2 ** 31 - 1
const SNAPSHOT = 'backup-snapshot.part'

export const backup: Command = {
  name: 'backup',
  summary: 'Write wallet and chain into an encrypted file of the data folder',
  access: 'write',
  parameters: [
    passwordParameter('password', 'encrypts the file'),
    passwordParameter('confirm', 'the password again'),
    textParameter('file', 'name of the file'),
    flagParameter('auto', 'accepted and not used'),
    numberParameter('maxhistory', 'accepted and not used'),
  ],
  async run({ node, arguments: args }) {
    const password = args.text('password')
    if (args.has('confirm') && args.text('confirm') !== password)
      throw new RpcError('bad-parameter', 'Passwords do NOT match!')
    if (!node.wallet.keys.isComplete) throw new RpcError('unavailable', 'Please wait for ALL your keys to be created..')
    const name = args.text('file', `minima-backup-${node.now()}.bak`)
    folderPath(node, name)
    const database = await snapshot(node)
    const path = await writeFolderFile(
      node,
      name,
      await seal(node, await compress(database, { level: constants.Z_BEST_SPEED }), password),
    )
    return [
      [
        'backup',
        jsonObject([
          ['block', jsonNumber(node.chain.tip?.number ?? 0)],
          ['files', filesJson(database.length)],
          ['uncompressed', jsonString(formatSize(database.length))],
          ['file', jsonString(path)],
          ['size', jsonString(formatSize(await fileSize(path)))],
          ['auto', jsonBoolean(false)],
        ]),
      ],
    ]
  },
}

/** One database holds what the reference has in six files. */
function filesJson(bytes: number) {
  const none = jsonString(formatSize(0))
  return jsonObject([
    ['wallet', jsonString(formatSize(bytes))],
    ['cascade', none],
    ['chain', none],
    ['user', none],
    ['p2p', none],
    ['txpow', none],
  ])
}

async function snapshot(node: RpcNode): Promise<Buffer> {
  const path = folderPath(node, SNAPSHOT)
  await rm(path, { force: true })
  try {
    node.store.snapshot(path)
    return await readFile(path)
  } finally {
    await rm(path, { force: true })
  }
}

async function seal(node: RpcNode, bytes: Uint8Array, password: string): Promise<Uint8Array> {
  const salt = node.random(SALT_BYTES)
  const nonce = node.random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, await passwordKey(password, salt), nonce)
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([MARK, salt, nonce, cipher.getAuthTag(), sealed])
}

/** @throws RpcError `refused` */
async function unseal(file: Buffer, password: string): Promise<Buffer> {
  if (!file.subarray(0, MARK.length).equals(MARK))
    throw new RpcError('refused', 'the file is no backup of this program')
  let at = MARK.length
  const take = (length: number): Buffer => {
    at += length
    return file.subarray(at - length, at)
  }
  const [salt, nonce, tag] = [take(SALT_BYTES), take(NONCE_BYTES), take(TAG_BYTES)]
  const key = await passwordKey(password, salt)
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(file.subarray(at)), decipher.final()])
  } catch (cause) {
    throw new RpcError('refused', 'Incorrect Password! or the file is damaged', {}, { cause })
  }
}

const passwordKey = (password: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)))
  })

export const restore: Command = {
  name: 'restore',
  summary: 'Put wallet and chain back from a backup; the node stops and takes them up when it starts again',
  access: 'write',
  parameters: [
    textParameter('file', 'a backup in the data folder', REQUIRED),
    passwordParameter('password', 'what encrypted it'),
    flagParameter('shutdown', 'accepted and not used'),
  ],
  async run({ node, arguments: args }) {
    const path = folderPath(node, args.text('file'))
    const found = await stat(path).catch(() => undefined)
    if (found === undefined || !found.isFile()) throw new RpcError('not-found', `Restore file doesn't exist : ${path}`)
    const sealed = await readFile(path)
    const database = await expand(await unseal(sealed, args.text('password')), { maxOutputLength: DATABASE_SIZE_MAX })
    await node.restoreStore(database)
    node.quit()
    return [
      [
        'restore',
        jsonObject([
          ['file', jsonString(path)],
          ['size', jsonString(formatSize(database.length))],
        ]),
      ],
      ['message', jsonString('Restart the node for the restore to take effect')],
    ]
  },
}
