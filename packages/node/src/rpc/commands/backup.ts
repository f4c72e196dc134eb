import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { jsonBoolean, jsonNumber, jsonObject, jsonString } from '@minipolis/minima'
import { BACKUP_SIZE_MAX, openBackup, sealBackup } from '../backup-file.ts'
import {
  type Command,
  flagParameter,
  numberParameter,
  passwordParameter,
  REQUIRED,
  respond,
  textParameter,
} from '../command.ts'
import { existingPath, fileSize, folderPath, inPartFolder, writeFolderFile } from '../folder-files.ts'
import { formatSize } from '../java-size.ts'
import type { Arguments } from '../line/arguments.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

export const backup: Command = {
  name: 'backup',
  summary: 'Write wallet and chain into an encrypted file',
  access: 'write',
  parameters: [
    passwordParameter('password', 'encrypts the file'),
    passwordParameter('confirm', 'the password again'),
    textParameter('file', 'name of the file'),
    flagParameter('auto', 'accepted and not used'),
    numberParameter('maxhistory', 'accepted and not used'),
  ],
  async run({ node, arguments: args }) {
    const name = args.text('file', `minima-backup-${node.now()}.bak`)
    const password = args.text('password')
    if (args.has('confirm') && args.text('confirm') !== password)
      throw new RpcError('bad-parameter', 'Passwords do NOT match!')
    if (!node.wallet.keys.isComplete) throw new RpcError('unavailable', 'Please wait for ALL your keys to be created..')
    folderPath(node, name)
    const database = await snapshot(node)
    const path = await writeFolderFile(node, name, await sealBackup(database, password, node.random))
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

/** @throws RpcError `too-much` */
const snapshot = (node: RpcNode): Promise<Buffer> =>
  inPartFolder(node, async (folder) => {
    const path = join(folder, 'snapshot.sqlite')
    node.store.snapshot(path)
    const size = await fileSize(path)
    if (size > BACKUP_SIZE_MAX) {
      throw new RpcError('too-much', `the database has ${size} bytes, at most ${BACKUP_SIZE_MAX} fit into a backup`)
    }
    return readFile(path)
  })

const backupParameters = [
  textParameter('file', 'the name of a backup', REQUIRED),
  passwordParameter('password', 'what encrypted it'),
] as const

/** Decrypts the backup that a call names. @throws RpcError */
async function openGivenBackup(node: RpcNode, args: Arguments): Promise<{ path: string; database: Uint8Array }> {
  const path = await existingPath(node, args.text('file'), { sizeMax: BACKUP_SIZE_MAX })
  return { path, database: await openBackup(await readFile(path), args.text('password')) }
}

export const restore: Command = {
  name: 'restore',
  summary: 'Put wallet and chain back from a backup; the node stops and takes them up when it starts again',
  access: 'write',
  parameters: [...backupParameters, flagParameter('shutdown', 'accepted and not used')],
  async run({ node, arguments: args }) {
    const { path, database } = await openGivenBackup(node, args)
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

export const decryptbackup: Command = {
  name: 'decryptbackup',
  summary: 'Write the database of a backup into a file: whoever has that file has the money',
  access: 'write',
  parameters: [...backupParameters, textParameter('output', 'name of the file to write')],
  async run({ node, arguments: args }) {
    const { path, database } = await openGivenBackup(node, args)
    const output = await writeFolderFile(node, args.text('output', `decrypted-${basename(path)}`), database)
    return respond(
      jsonObject([
        ['input', jsonString(path)],
        ['inputsize', jsonString(formatSize(await fileSize(path)))],
        ['output', jsonString(output)],
        ['outputsize', jsonString(formatSize(database.length))],
        ['message', jsonString('The output file is the SQLite database of the node')],
      ]),
    )
  },
}
