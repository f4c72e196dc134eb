import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { MinipolisError } from '@minipolis/minima'
import { LedgerError } from './ledger-error.ts'

/** Remembers which key of a node serves which purpose: the node itself has no place for that. */
export interface PurposeKeys {
  get(purpose: string): Promise<string | undefined>
  /** Durable when it resolves. */
  set(purpose: string, publicKey: string): Promise<void>
}

/** Kept in memory: for tests, and for nodes that do not outlive the process either. */
export function memoryPurposeKeys(): PurposeKeys {
  const keys = new Map<string, string>()
  return {
    get: async (purpose) => keys.get(purpose),
    set: async (purpose, publicKey) => void keys.set(purpose, publicKey),
  }
}

/** Kept in a JSON file that appears complete or not at all. One process at a time. */
export function filePurposeKeys(path: string): PurposeKeys {
  let loaded: Promise<Map<string, string>> | undefined
  const load = (): Promise<Map<string, string>> => (loaded ??= readKeys(path))
  return {
    get: async (purpose) => (await load()).get(purpose),
    async set(purpose, publicKey) {
      const keys = await load()
      const next = JSON.stringify(Object.fromEntries([...keys, [purpose, publicKey]]), undefined, 2)
      const temporary = `${path}.${randomUUID()}.part`
      await writeFile(temporary, next, { mode: 0o600, flush: true })
      await rename(temporary, path)
      keys.set(purpose, publicKey)
    },
  }
}

async function readKeys(path: string): Promise<Map<string, string>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof value !== 'object' || value === null) throw damaged(path)
    return new Map(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch (error) {
    if (error instanceof MinipolisError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw damaged(path, error)
  }
}

const damaged = (path: string, cause?: unknown): LedgerError =>
  new LedgerError('failed', `${path} does not hold the keys of purposes; restore it from a backup`, { path }, { cause })
