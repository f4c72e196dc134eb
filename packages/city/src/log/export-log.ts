import { LogError } from './log-error.ts'
import { type LogStore, TILE_WIDTH } from './log-store.ts'
import { readLogResource } from './resources.ts'
import { formatTilePath, type TileResource, tileWidth } from './tile-path.ts'

/** Where an exported log goes: a folder, an archive, a bucket. */
export interface LogDirectory {
  /** Writes one file; `path` has forward slashes and no dots. */
  write(path: string, bytes: Uint8Array): Promise<void>
}

/**
 * Writes the whole log as static files that any web server can offer, the checkpoint last, so that a reader of a half-written
 * copy never sees a promise that is not kept.
 *
 * @returns the size of the exported tree
 * @throws LogError `log-range` when there is no checkpoint yet, `log-damaged` when a file cannot be made
 */
export async function exportLog(
  store: LogStore,
  directory: LogDirectory,
  progress?: (done: number, total: number) => void,
): Promise<number> {
  const checkpoint = await store.newestCheckpoint()
  if (!checkpoint) throw new LogError('log-range', 'the log has no checkpoint yet: nothing to export')
  const { size } = checkpoint
  const total = Math.ceil(size / TILE_WIDTH)
  const put = async (path: string) => {
    const resource = await readLogResource(store, path)
    if (!resource) throw new LogError('log-damaged', `${path} cannot be made from the database: run log fsck`, { path })
    await directory.write(path, resource.bytes)
  }
  for (const resource of resourcesOf(size)) {
    await put(formatTilePath(resource))
    if (resource.kind === 'entries') progress?.(resource.index + 1, total)
  }
  await directory.write('checkpoint', new TextEncoder().encode(checkpoint.text))
  return size
}

/** Every tile and bundle of a tree of `size` leaves. */
function* resourcesOf(size: number): Generator<TileResource> {
  for (let level = 0; TILE_WIDTH ** level <= size; level++) {
    for (let index = 0; ; index++) {
      const width = tileWidth(level, index, size)
      if (width === 0) break
      yield { kind: 'tile', level, index, width }
      if (level === 0) yield { kind: 'entries', level, index, width }
    }
  }
}
