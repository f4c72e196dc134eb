import { mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formatKeyFile, parseKeyFile, type SigningKey, signingKey } from '@minipolis/city/identity'
import { nodeEd25519 } from '../crypto/index.ts'
import { readIfThere, writeDurably } from './durable-file.ts'
import { FolderError } from './folder-error.ts'
import { lockFolder } from './folder-lock.ts'
import { type FolderIdentity, inspectFolder, MANIFEST, writeManifest } from './manifest.ts'

export interface DataFolderOptions {
  readonly path: string
  /** What to write into a new folder, and to insist on in an old one where given. */
  readonly network?: string
  readonly origin?: string
  /** Cryptographic randomness. */
  readonly randomBytes: (size: number) => Uint8Array
}

/** The folder a city lives in, held by this process alone until `close`. */
export interface DataFolder {
  readonly path: string
  readonly identity: FolderIdentity
  /** Rows of the city. */
  readonly cityDatabase: string
  /** Chain and wallet. */
  readonly nodeDatabase: string
  /** Newest published checkpoint, kept outside the database so that a restored backup shows. */
  readonly publishedMark: string
  /** The key of that purpose, made together with the folder. @throws FolderError `folder-damaged` when it is gone */
  key(purpose: KeyPurpose): SigningKey
  close(): void
}

const KEY_PURPOSES = ['authority', 'log', 'gateway'] as const
export type KeyPurpose = (typeof KEY_PURPOSES)[number]

const DEFAULTS: FolderIdentity = { network: 'dev', origin: 'minipolis.local/city' }

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new FolderError('folder-unwritable', `${folder} cannot be made or written to`, { folder }, { cause })
  }
}

/** Files that may stand in a folder whose first start was cut short. */
const OURS = new Set(['keys', 'lock', 'lock-journal', `${MANIFEST}.new`])

const assertEmpty = (folder: string): void => {
  const foreign = readdirSync(folder).find((name) => !OURS.has(name))
  if (foreign !== undefined) {
    throw new FolderError('folder-foreign', `${folder} holds ${foreign} and no city: give an empty folder`, {
      folder,
      foreign,
    })
  }
}

/**
 * Opens the folder, making it on first use, and holds it.
 *
 * @throws FolderError with any of its codes
 */
export const openDataFolder = (options: DataFolderOptions): DataFolder => {
  const folder = resolve(options.path)
  makeFolder(folder)
  const found = inspectFolder(folder)
  if (found === undefined) assertEmpty(folder)
  const release = lockFolder(join(folder, 'lock'), folder)
  try {
    const identity = found ?? {
      network: options.network ?? DEFAULTS.network,
      origin: options.origin ?? DEFAULTS.origin,
    }
    for (const fact of ['network', 'origin'] as const) {
      const wanted = options[fact]
      if (wanted !== undefined && wanted !== identity[fact]) {
        throw new FolderError(
          'folder-network',
          `${folder} belongs to ${fact} ${identity[fact]}, not ${wanted}: give another folder with --data`,
          { folder, fact, found: identity[fact], wanted },
        )
      }
    }
    if (found === undefined) {
      // The keys before the manifest: a folder that has one has them all.
      for (const purpose of KEY_PURPOSES) makeKey(keyPath(folder, purpose), options.randomBytes)
      writeManifest(folder, identity)
    }
    return {
      path: folder,
      identity: { network: identity.network, origin: identity.origin },
      cityDatabase: join(folder, 'city.sqlite'),
      nodeDatabase: join(folder, 'node.sqlite'),
      publishedMark: join(folder, 'published.checkpoint'),
      key: (purpose) => readKey(keyPath(folder, purpose), folder),
      close: release,
    }
  } catch (error) {
    release()
    throw error
  }
}

const keyPath = (folder: string, purpose: KeyPurpose): string => join(folder, 'keys', `${purpose}.json`)

/** Leaves a key alone that a first start made before it was cut short. */
const makeKey = (path: string, randomBytes: (size: number) => Uint8Array): void => {
  if (readIfThere(path) === undefined) writeDurably(path, formatKeyFile(signingKey(randomBytes(32), nodeEd25519)))
}

/** A lost key is not made anew: the city would go on as somebody else, and could not show what it signed before. */
const readKey = (path: string, folder: string): SigningKey => {
  const text = readIfThere(path)
  if (text === undefined) {
    throw new FolderError('folder-damaged', `the key ${path} is gone: restore it from a backup`, { folder, path })
  }
  return parseKeyFile(text, nodeEd25519)
}
