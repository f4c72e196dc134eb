import { bytesEqual } from '@minipolis/minima'
import type { Ed25519 } from '../crypto/index.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { damaged } from './damaged.ts'
import { LogError } from './log-error.ts'
import type { LogState, LogStore, StoredCheckpoint } from './log-store.ts'
import { type NoteKey, parseNote, verifyNote } from './note.ts'
import type { PublishedHead, PublishedMark } from './published-mark.ts'

/** A tree head that the entries must lead to, by the name of where it is kept. */
export interface NamedHead extends PublishedHead {
  readonly place: string
}

export interface HeadCheckParts {
  readonly store: LogStore
  readonly mark?: PublishedMark | undefined
  readonly key: NoteKey
  readonly ed25519: Ed25519
}

/** Every tree head that is kept, from the smallest on: all checkpoints, the published mark, the stored end of the log. */
export class HeadCheck {
  readonly #parts: HeadCheckParts
  readonly #state: LogState
  readonly #mark: PublishedHead | undefined
  /** The checkpoint that comes next; `undefined` behind the last. */
  #next: StoredCheckpoint | undefined

  private constructor(parts: HeadCheckParts, state: LogState, mark: PublishedHead | undefined) {
    this.#parts = parts
    this.#state = state
    this.#mark = mark
  }

  static async open(parts: HeadCheckParts): Promise<HeadCheck> {
    const check = new HeadCheck(parts, await parts.store.state(), await readMark(parts.mark))
    check.#next = await parts.store.checkpointAtLeast(0)
    return check
  }

  get size(): number {
    return this.#state.size
  }

  get root(): Uint8Array {
    return this.#state.root
  }

  /**
   * The heads of `first` to `last` entries, in the order in which they are to be believed: what was published says more than what
   * only the database knows.
   *
   * @throws LogError `log-damaged` for a checkpoint that cannot be read or is not signed by the log
   */
  async heads(first: number, last: number): Promise<NamedHead[]> {
    const heads: NamedHead[] = []
    const within = ({ size }: { readonly size: number }) => size >= first && size <= last
    if (this.#mark && within(this.#mark)) heads.push({ ...this.#mark, place: 'published mark' })
    for (; this.#next && this.#next.size <= last; this.#next = await this.#following(this.#next))
      if (within(this.#next)) heads.push(this.#read(this.#next))
    if (within(this.#state)) heads.push({ ...this.#state, place: 'head' })
    return heads
  }

  /** A head that names more entries than the log has, once all others were asked for. @throws as `heads` */
  get beyond(): NamedHead | undefined {
    if (this.#mark && this.#mark.size > this.size) return { ...this.#mark, place: 'published mark' }
    return this.#next && this.#read(this.#next)
  }

  #following({ size }: StoredCheckpoint): Promise<StoredCheckpoint | undefined> {
    return this.#parts.store.checkpointAtLeast(size + 1)
  }

  #read({ size, root, text }: StoredCheckpoint): NamedHead {
    const { key, ed25519 } = this.#parts
    const place = `checkpoint ${size}`
    try {
      const note = parseNote(text)
      verifyNote(note, [key], ed25519)
      const signed = parseCheckpoint(note.text)
      if (signed.size !== size || !bytesEqual(signed.root, root))
        throw damaged(place, 'its row names another size or root than its signed text')
      return { size, root, place }
    } catch (error) {
      if (error instanceof LogError && error.code !== 'log-damaged') throw damaged(place, error.message)
      throw error
    }
  }
}

async function readMark(mark: PublishedMark | undefined): Promise<PublishedHead | undefined> {
  try {
    return await mark?.read()
  } catch (error) {
    if (error instanceof LogError) throw damaged('published mark', error.message)
    throw error
  }
}
