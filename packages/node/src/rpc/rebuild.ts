import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeCore } from '../node/core.ts'
import { copyWithoutChain, openStore, readyRestoredFile } from '../store/index.ts'
import { RpcError } from './rpc-error.ts'
import type { RebuildOptions } from './rpc-node.ts'

/** A database that takes the place of the node's own at the next start. */
export const RESTORED_FILE = 'restored.sqlite'
const REBUILT_PART = 'rebuilt.sqlite.part'
const GIVEN_PART = 'given.sqlite.part'

/** Folders in which a database is being made. */
const underWay = new Set<string>()

/** @throws RpcError `refused` */
async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (underWay.has(folder)) throw new RpcError('refused', 'this node is being restored or resynced already')
  underWay.add(folder)
  try {
    return await work()
  } finally {
    underWay.delete(folder)
  }
}

/** Puts a database down for the next start. @throws RpcError `refused` while another one is made; NodeError of the store */
export const restore = (core: NodeCore, folder: string, database: Uint8Array): Promise<void> =>
  alone(folder, async () => {
    const path = join(folder, RESTORED_FILE)
    const part = `${path}.part`
    try {
      await writeFile(part, database, { mode: 0o600, flush: true })
      readyRestoredFile(part, core.store.network)
      await rename(part, path)
    } finally {
      await removeDatabase(part)
    }
  })

/** @throws RpcError `refused` while another one is made; what `fill` throws, and NodeError of the store */
export const rebuild = <T>(
  core: NodeCore,
  folder: string,
  fill: (other: NodeCore) => Promise<T>,
  options: RebuildOptions & { readonly isKept: boolean },
): Promise<T> => alone(folder, () => rebuildAlone(core, folder, fill, options))

async function rebuildAlone<T>(
  core: NodeCore,
  folder: string,
  fill: (other: NodeCore) => Promise<T>,
  { from, phrase, keys, isKept }: RebuildOptions & { readonly isKept: boolean },
): Promise<T> {
  const part = join(folder, REBUILT_PART)
  await removeDatabase(part)
  try {
    await copy(core, folder, part, from, phrase !== undefined)
    const other = core.beside(part, { defaultKeys: keys ?? core.defaultKeys, ...(phrase !== undefined && { phrase }) })
    let result: T
    try {
      result = await fill(other)
    } finally {
      await other.close()
    }
    if (isKept) {
      readyRestoredFile(part, core.store.network)
      await rename(part, join(folder, RESTORED_FILE))
    }
    return result
  } finally {
    await removeDatabase(part)
  }
}

async function copy(
  core: NodeCore,
  folder: string,
  part: string,
  from: Uint8Array | undefined,
  withoutSeed: boolean,
): Promise<void> {
  if (from === undefined) {
    copyWithoutChain(core.store.database, part, { withoutSeed })
    return
  }
  const given = join(folder, GIVEN_PART)
  try {
    await writeFile(given, from, { mode: 0o600 })
    const store = openStore({ file: given, network: core.store.network })
    try {
      copyWithoutChain(store.database, part, { withoutSeed })
    } finally {
      store.close()
    }
  } finally {
    await removeDatabase(given)
  }
}

async function removeDatabase(path: string): Promise<void> {
  await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${path}${end}`, { force: true })))
}
