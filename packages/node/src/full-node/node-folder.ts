import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { NodeError } from '../errors/index.ts'
import { RESTORED_FILE } from '../rpc/index.ts'
import { Database } from '../store/index.ts'
import { FullNodeError } from './full-node-error.ts'
import { builtInNetwork, isSameDefinition, type NetworkDefinition, readNetwork } from './network-definition.ts'
import { findNode } from './running-node.ts'

const MANIFEST = 'minima-node.json'
const FORMAT = 'minipolis-node-folder'
const VERSION = 1
const OWNER_ONLY_FOLDER = 0o700

/** The folder of a node that stands alone, without a city. */
export interface NodeFolder {
  readonly path: string
  /** Chain, wallet and messaging. */
  readonly database: string
  readonly network: NetworkDefinition
}

/**
 * Opens a folder, making it on first use. A database that `restore` has put down takes the place of the old one.
 *
 * @param wanted network of a new folder, `dev` by default; an old one must have it
 * @throws FullNodeError but `network-file`; NodeError `store-locked`
 */
export function openNodeFolder(path: string, wanted: NetworkDefinition | undefined): NodeFolder {
  const folder = resolve(path)
  const found = inspectNodeFolder(folder)
  const network = found ?? wanted ?? builtInNetwork('dev')
  if (found !== undefined && wanted !== undefined && !isSameDefinition(found, wanted)) {
    const what = found.name === wanted.name ? `network ${found.name} with other parameters` : `network ${found.name}`
    throw new FullNodeError(
      'folder-network',
      `${folder} belongs to ${what}, not ${wanted.name}: give another folder with --data`,
      { folder, found: found.name, wanted: wanted.name },
    )
  }
  const database = join(folder, 'node.sqlite')
  const running = findNode(folder)
  // The process that a killed node named may be another one by now, after a start of the machine or in a container.
  if (running !== undefined && isInUse(database, network.name)) {
    throw new FullNodeError('node-runs', `a node runs on ${folder} already: process ${running.pid}`, { folder })
  }
  if (found === undefined) makeFolder(folder, network)
  takeUpRestored(folder, database, network)
  return { path: folder, database, network }
}

/** The network of a folder's node, without opening it; `undefined` when there is none. @throws FullNodeError `folder-damaged` */
export function inspectNodeFolder(path: string): NetworkDefinition | undefined {
  const file = join(resolve(path), MANIFEST)
  if (!existsSync(file)) return undefined
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> | null
    if (manifest?.format === FORMAT && manifest.version === VERSION) return readNetwork(manifest.network, file)
  } catch (cause) {
    throw new FullNodeError('folder-damaged', `${file} cannot be read: restore it from a backup`, { file }, { cause })
  }
  throw new FullNodeError('folder-damaged', `${file} is of no version that this program knows: update it`, { file })
}

function makeFolder(folder: string, network: NetworkDefinition): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
  const foreign = readdirSync(folder)[0]
  if (foreign !== undefined && foreign !== `${MANIFEST}.new`) {
    throw new FullNodeError('folder-foreign', `${folder} holds ${foreign} and no node: give an empty folder`, {
      folder,
      foreign,
    })
  }
  const path = join(folder, MANIFEST)
  const text = `${JSON.stringify({ format: FORMAT, version: VERSION, network: network.source })}\n`
  writeFileSync(`${path}.new`, text, { flush: true })
  renameSync(`${path}.new`, path)
}

/** The old database stays beside the new one until the next time: a restore is sometimes a mistake. */
function takeUpRestored(folder: string, database: string, { name }: NetworkDefinition): void {
  const restored = join(folder, RESTORED_FILE)
  if (!existsSync(restored)) return
  if (existsSync(database)) settleOld(database, name)
  for (const end of ['-wal', '-shm']) rmSync(`${database}${end}`, { force: true })
  if (existsSync(database)) renameSync(database, join(folder, 'before-restore.sqlite'))
  renameSync(restored, database)
}

/** Brings what is in the journal into the file, and makes sure that nobody works on it. A damaged one may be replaced. */
function settleOld(file: string, network: string): void {
  try {
    new Database({ file, network }).close()
  } catch (error) {
    if (!(error instanceof NodeError) || error.code === 'store-locked') throw error
  }
}

function isInUse(file: string, network: string): boolean {
  if (!existsSync(file)) return false
  try {
    settleOld(file, network)
    return false
  } catch (error) {
    if (error instanceof NodeError && error.code === 'store-locked') return true
    throw error
  }
}
