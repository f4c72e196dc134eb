import {
  decodeEntryBundle,
  formatTilePath,
  LogError,
  type LogState,
  type LogStore,
  parseCheckpoint,
  parseNote,
  type StoredCheckpoint,
  sha256,
  TILE_WIDTH,
  type TileResource,
  tileWidth,
} from '@minipolis/city'
import { bytesEqual } from '@minipolis/minima'
import { CommandError } from '../terminal/command-error.ts'
import type { ServerClient } from './server-client.ts'

/**
 * A log as a server publishes it: static files, read as of the checkpoint that was the newest at the first look. For reading
 * only.
 */
export class HttpLogStore implements LogStore {
  readonly #client: ServerClient
  #checkpoint: Promise<StoredCheckpoint | undefined> | undefined

  constructor(client: ServerClient) {
    this.#client = client
  }

  async state(): Promise<LogState> {
    const checkpoint = await this.newestCheckpoint()
    return checkpoint ?? { size: 0, root: sha256(new Uint8Array(0)) }
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const { size } = await this.state()
    const width = tileWidth(level, index, size)
    return width === 0 ? undefined : this.#file({ kind: 'tile', level, index, width })
  }

  tiles(keys: readonly { readonly level: number; readonly index: number }[]): Promise<(Uint8Array | undefined)[]> {
    return Promise.all(keys.map(({ level, index }) => this.tile(level, index)))
  }

  async entries(first: number, count: number): Promise<Uint8Array[]> {
    const { size } = await this.state()
    const entries: Uint8Array[] = []
    const end = Math.min(first + count, size)
    for (let at = first; at < end; ) {
      const index = Math.floor(at / TILE_WIDTH)
      const resource: TileResource = { kind: 'entries', level: 0, index, width: tileWidth(0, index, size) }
      const bundle = await this.#file(resource)
      const held = bundle && decodeEntryBundle(bundle)
      if (!held)
        throw new LogError('log-damaged', 'the bundle of entries cannot be read', { place: formatTilePath(resource) })
      entries.push(...held.slice(at - index * TILE_WIDTH, end - index * TILE_WIDTH))
      at = (index + 1) * TILE_WIDTH
    }
    return entries
  }

  newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    this.#checkpoint ??= this.#readCheckpoint()
    return this.#checkpoint
  }

  async checkpointAtMost(size: number): Promise<StoredCheckpoint | undefined> {
    const newest = await this.newestCheckpoint()
    return newest && newest.size <= size ? newest : undefined
  }

  async checkpointAtLeast(size: number): Promise<StoredCheckpoint | undefined> {
    const newest = await this.newestCheckpoint()
    return newest && newest.size >= size ? newest : undefined
  }

  async putCheckpoint(checkpoint: StoredCheckpoint): Promise<void> {
    const held = await this.newestCheckpoint()
    if (held && held.size === checkpoint.size && bytesEqual(held.root, checkpoint.root)) return
    throw new CommandError('server', 'only the server itself signs checkpoints')
  }

  async #readCheckpoint(): Promise<StoredCheckpoint | undefined> {
    const bytes = await this.#client.bytes('log/checkpoint')
    if (!bytes) return undefined
    const text = new TextDecoder().decode(bytes)
    const { size, root } = parseCheckpoint(parseNote(text).text)
    return { size, root, text, timeMs: 0 }
  }

  #file(resource: TileResource): Promise<Uint8Array | undefined> {
    return this.#client.bytes(`log/${formatTilePath(resource)}`)
  }
}
