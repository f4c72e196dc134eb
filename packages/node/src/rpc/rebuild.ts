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

/** Folders of nodes that are being rebuilt. */
const underWay = new Set<string>()

/** @throws RpcError `refused` while another one is under way; what `fill` throws, and NodeError of the store */
export async function rebuild<T>(
  core: NodeCore,
  folder: string,
  fill: (other: NodeCore) => Promise<T>,
  options: RebuildOptions & { readonly isKept: boolean },
): Promise<T> {
  if (underWay.has(folder)) throw new RpcError('refused', 'this node is being resynced already')
  underWay.add(folder)
  try {
    return await rebuildAlone(core, folder, fill, options)
  } finally {
    underWay.delete(folder)
  }
}

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

export async function removeDatabase(path: string): Promise<void> {
  await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${path}${end}`, { force: true })))
}
