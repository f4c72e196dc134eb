/** A tree head that the world may have seen. */
export interface PublishedHead {
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

/**
 * Remembers the newest published tree head outside the database, so that a database restored from an older backup is
 * noticed: kept in another file, on another disk, or both.
 */
export interface PublishedMark {
  /** `undefined` when nothing was ever published. */
  read(): Promise<PublishedHead | undefined>
  /** Durable before it resolves; called before the checkpoint becomes visible. */
  write(head: PublishedHead): Promise<void>
}
