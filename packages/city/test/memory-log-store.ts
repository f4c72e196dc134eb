import {
  type LogBatch,
  LogError,
  type LogState,
  type LogStore,
  type LogWriter,
  merkleHash,
  type StoredCheckpoint,
} from '../src/log/index.ts'

/** A log store in memory, with its insides open so that tests can damage and restore it. */
export class MemoryLogStore implements LogStore, LogWriter {
  head: LogState = { size: 0, root: merkleHash.empty }
  readonly tileMap = new Map<string, Uint8Array>()
  entryList: Uint8Array[] = []
  checkpoints: StoredCheckpoint[] = []

  async append(batch: LogBatch): Promise<void> {
    if (batch.first !== this.head.size)
      throw new LogError('log-moved', `the log has ${this.head.size} leaves, not ${batch.first}`)
    for (const { level, index, hashes } of batch.tiles) this.tileMap.set(`${level}/${index}`, hashes)
    this.head = { size: batch.size, root: batch.root }
  }

  async state(): Promise<LogState> {
    return this.head
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    return this.tileMap.get(`${level}/${index}`)
  }

  async tiles(keys: readonly { level: number; index: number }[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map(({ level, index }) => this.tileMap.get(`${level}/${index}`))
  }

  async entries(first: number, count: number): Promise<Uint8Array[]> {
    return this.entryList.slice(first, first + count)
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    return this.checkpoints.at(-1)
  }

  async checkpointAtMost(size: number): Promise<StoredCheckpoint | undefined> {
    return this.checkpoints.findLast((checkpoint) => checkpoint.size <= size)
  }

  async checkpointAtLeast(size: number): Promise<StoredCheckpoint | undefined> {
    return this.checkpoints.find((checkpoint) => checkpoint.size >= size)
  }

  async putCheckpoint(checkpoint: StoredCheckpoint): Promise<void> {
    this.checkpoints.push(checkpoint)
  }

  /** A copy of everything durable, as a backup takes it. */
  backup(): MemoryLogStore {
    const copy = new MemoryLogStore()
    copy.head = this.head
    for (const [key, hashes] of this.tileMap) copy.tileMap.set(key, hashes.slice())
    copy.entryList = [...this.entryList]
    copy.checkpoints = [...this.checkpoints]
    return copy
  }
}
