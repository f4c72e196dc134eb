import { open, readFile, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { RpcError } from './rpc-error.ts'
import type { RpcNode } from './rpc-node.ts'

/**
 * Where a command may read and write. The reference takes a path with a slash as any place of the machine; here a file is
 * always inside of the data folder, whoever asks.
 *
 * @throws RpcError `bad-parameter`
 */
export function folderPath({ folder }: RpcNode, name: string): string {
  const isInside = name === basename(name) && name !== '.' && name !== '..' && !name.includes('\0')
  // What an earlier reply named is accepted as it was printed.
  const plain = name.startsWith(join(folder, '/')) ? name.slice(join(folder, '/').length) : name
  if (isInside || (plain === basename(plain) && plain !== '..' && plain !== '.' && plain !== ''))
    return join(folder, plain)
  throw new RpcError('bad-parameter', `${name} must be the name of a file in the data folder, without a path`)
}

/** The path of a file that is there. @throws RpcError `bad-parameter`, `not-found` */
export async function existingPath(node: RpcNode, name: string): Promise<string> {
  const path = folderPath(node, name)
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() !== true) throw new RpcError('not-found', `Restore file doesn't exist : ${path}`)
  return path
}

/** Writes the file so that it appears complete or not at all. @returns its path */
export async function writeFolderFile(node: RpcNode, name: string, bytes: Uint8Array): Promise<string> {
  const path = folderPath(node, name)
  const temporary = `${path}.part`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  return path
}

/** @param missing what the reference says where there is no such file. @throws RpcError `not-found`, `too-much` */
export async function readFolderFile(
  node: RpcNode,
  name: string,
  sizeMax: number,
  missing = 'File does not exist',
): Promise<Uint8Array> {
  const path = folderPath(node, name)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || !found.isFile()) throw new RpcError('not-found', `${missing} : ${path}`)
  if (found.size > sizeMax)
    throw new RpcError('too-much', `${path} has ${found.size} bytes, at most ${sizeMax} are read`)
  return new Uint8Array(await readFile(path))
}

export const fileSize = async (path: string): Promise<number> => (await stat(path)).size
