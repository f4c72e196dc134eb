import { type FileHandle, mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { RpcError } from './rpc-error.ts'
import type { RpcNode } from './rpc-node.ts'

/** Where files are that commands name, in the data folder: no name leads to wallet and chain beside it. */
export const FILES_FOLDER = 'files'

/**
 * Where a command may read and write. The reference takes a path with a slash as any place of the machine; here a file is
 * always inside of its folder, whoever asks.
 *
 * @throws RpcError `bad-parameter`
 */
export function folderPath({ folder }: RpcNode, name: string): string {
  const files = join(folder, FILES_FOLDER)
  // What an earlier reply named is accepted as it was printed.
  const plain = name.startsWith(`${files}${sep}`) ? name.slice(files.length + sep.length) : name
  if (isPlainName(plain)) return join(files, plain)
  throw new RpcError('bad-parameter', `${name} must be the name of a file in ${files}, without a path`)
}

const isPlainName = (name: string): boolean =>
  name === basename(name) && !['', '.', '..'].includes(name) && !name.includes('\0')

/**
 * The path of a file that is there.
 *
 * @param missing what the reference says where there is no such file
 * @throws RpcError `bad-parameter`, `not-found`, `too-much` for more than `sizeMax` bytes
 */
export async function existingPath(
  node: RpcNode,
  name: string,
  { sizeMax = Number.POSITIVE_INFINITY, missing = "Restore file doesn't exist" } = {},
): Promise<string> {
  const path = folderPath(node, name)
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() !== true) throw new RpcError('not-found', `${missing} : ${path}`)
  if (found.size > sizeMax) {
    throw new RpcError('too-much', `${path} has ${found.size} bytes, at most ${sizeMax} are read`)
  }
  return path
}

/** @throws RpcError as `existingPath` */
export async function readFolderFile(
  node: RpcNode,
  name: string,
  sizeMax: number,
  missing = 'File does not exist',
): Promise<Buffer> {
  return readFile(await existingPath(node, name, { sizeMax, missing }))
}

/** Writes the file so that it appears complete or not at all. @returns its path @throws RpcError `bad-parameter` */
export const writeFolderFile = (node: RpcNode, name: string, bytes: Uint8Array): Promise<string> =>
  createFolderFile(node, name, (file) => file.writeFile(bytes))

/** As `writeFolderFile`, for what is written piece by piece. @throws what `fill` throws */
export async function createFolderFile(
  node: RpcNode,
  name: string,
  fill: (file: FileHandle) => Promise<void>,
): Promise<string> {
  const path = folderPath(node, name)
  await inPartFolder(node, async (folder) => {
    const part = join(folder, 'part')
    const file = await open(part, 'wx', 0o600)
    try {
      await fill(file)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  })
  return path
}

/** Gives the work a folder of its own, beside the files and as secret as they are, that is gone afterwards. */
export async function inPartFolder<T>({ folder }: RpcNode, work: (folder: string) => Promise<T>): Promise<T> {
  const files = join(folder, FILES_FOLDER)
  await mkdir(files, { recursive: true, mode: 0o700 })
  const part = await mkdtemp(join(files, '.part-'))
  try {
    return await work(part)
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

export const fileSize = async (path: string): Promise<number> => (await stat(path)).size
