import { encodeEntryBundle } from './entry-bundle.ts'
import { HASH_SIZE, type LogStore, TILE_WIDTH } from './log-store.ts'
import { parseTilePath, tileWidth } from './tile-path.ts'

/** One static file of the log. */
export interface LogResource {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** True for all but the checkpoint: such a file never changes under its path. */
  readonly immutable: boolean
}

/**
 * Gives the static files of a log by path: `checkpoint`, `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`. Nothing beyond the
 * newest checkpoint is shown.
 *
 * @returns `undefined` when there is no such file (yet)
 * Source: c2sp.org/tlog-tiles.
 */
export async function readLogResource(
  store: Pick<LogStore, 'tile' | 'entries' | 'newestCheckpoint'>,
  path: string,
): Promise<LogResource | undefined> {
  const resource = path === 'checkpoint' ? undefined : parseTilePath(path)
  if (path !== 'checkpoint' && !resource) return undefined
  const checkpoint = await store.newestCheckpoint()
  if (!checkpoint) return undefined
  if (!resource) {
    const bytes = new TextEncoder().encode(checkpoint.text)
    return { bytes, contentType: 'text/plain; charset=utf-8', immutable: false }
  }
  const { kind, level, index, width } = resource
  if (width > tileWidth(level, index, checkpoint.size)) return undefined
  const bytes = kind === 'tile' ? await tile(store, level, index, width) : await bundle(store, index, width)
  return bytes && { bytes, contentType: 'application/octet-stream', immutable: true }
}

async function tile(
  store: Pick<LogStore, 'tile'>,
  level: number,
  index: number,
  width: number,
): Promise<Uint8Array | undefined> {
  const hashes = await store.tile(level, index)
  return hashes && hashes.length >= width * HASH_SIZE ? hashes.subarray(0, width * HASH_SIZE) : undefined
}

async function bundle(store: Pick<LogStore, 'entries'>, index: number, width: number): Promise<Uint8Array | undefined> {
  const entries = await store.entries(index * TILE_WIDTH, width)
  return entries.length === width ? encodeEntryBundle(entries) : undefined
}
