import { join, resolve } from 'node:path'
import { readIfThere, writeDurably } from './durable-file.ts'
import { FolderError } from './folder-error.ts'

export const MANIFEST = 'minipolis.json'
const FORMAT = 'minipolis-folder'
const VERSION = 1

/** What a data folder is of; written on first use. */
export interface FolderIdentity {
  /** Minima network: `main`, `test` or `dev`. */
  readonly network: string
  /** Origin line of the city's log. */
  readonly origin: string
}

interface Manifest extends FolderIdentity {
  readonly format: string
  readonly version: number
}

/** What a folder is of, without opening it; `undefined` when it holds no city. @throws FolderError */
export const inspectFolder = (path: string): FolderIdentity | undefined => {
  const folder = resolve(path)
  const text = readIfThere(join(folder, MANIFEST))
  if (text === undefined) return undefined
  const damaged = (cause?: unknown): FolderError =>
    new FolderError(
      'folder-damaged',
      `${join(folder, MANIFEST)} is no manifest of a city: restore it from a backup`,
      { folder },
      { cause },
    )
  let manifest: Manifest
  try {
    manifest = JSON.parse(text) as Manifest
  } catch (cause) {
    throw damaged(cause)
  }
  if (
    manifest?.format !== FORMAT ||
    !Number.isInteger(manifest.version) ||
    typeof manifest.network !== 'string' ||
    typeof manifest.origin !== 'string'
  ) {
    throw damaged()
  }
  if (manifest.version > VERSION) {
    throw new FolderError(
      'folder-version',
      `${folder} was made by a newer version (format ${manifest.version}, this one knows ${VERSION}): update the program`,
      { folder, found: manifest.version, known: VERSION },
    )
  }
  return manifest
}

export const writeManifest = (folder: string, { network, origin }: FolderIdentity): void =>
  writeDurably(join(folder, MANIFEST), `${JSON.stringify({ format: FORMAT, version: VERSION, network, origin })}\n`)
