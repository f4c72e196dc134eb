import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { NodeError } from '../errors/index.ts'
import { storeError } from '../store/index.ts'

const OWNER_ONLY = 0o600

/** Bytes of a mark that is still read: a million keys. */
const BYTES_MAX = 128 * 1024 * 1024

/** Lines beyond twice the keys, after which the file is written anew. */
const LINES_SPARE = 4_096

const LINE = /^(0x[0-9A-F]{64}) (\d{1,10})$/

/** How two looks at the mark's file compare. */
export type StampVerdict =
  | 'same'
  /** Owner, mode, name or number of links changed; or it was written over by a copy that took care to keep its time. */
  | 'touched'
  /** Not the file that was written last. */
  | 'copied'

/**
 * How far each one-time key was used, in a file of its own beside the database: a line for each use, added and synced to the disk
 * before a signature is made. So a database that was copied back finds out what was signed since.
 */
export class UseMark {
  readonly #file: string | undefined
  readonly #uses = new Map<string, number>()
  #lines = 0
  #isDamaged = false

  /** @param file path of the mark; `undefined` for a wallet in memory. @throws NodeError `store-failed`, `store-damaged` */
  constructor(file: string | undefined) {
    this.#file = file
    this.#guard(() => this.#read())
  }

  /** Whether a line could not be read. What the other lines say still counts. */
  get isDamaged(): boolean {
    return this.#isDamaged
  }

  /** Number of the next one-time key of a public key, hex, as far as the mark knows; 0 for one that it has never seen. */
  uses(publicKey: string): number {
    return this.#uses.get(publicKey) ?? 0
  }

  /** What tells this file from a copy of it; `undefined` when there is none. */
  stamp(): string | undefined {
    if (this.#file === undefined) return undefined
    const found = statSync(this.#file, { bigint: true, throwIfNoEntry: false })
    return found && stampOf(found)
  }

  /** Notes a use, durably. @returns the stamp of the file from now on. @throws NodeError `disk-full`, `store-failed` */
  note(publicKey: string, uses: number): string | undefined {
    if (this.uses(publicKey) < uses) this.#uses.set(publicKey, uses)
    if (this.#file === undefined) return undefined
    const isWorn = this.#lines > 2 * this.#uses.size + LINES_SPARE || this.#isDamaged
    const known = isWorn ? [...this.#uses] : ([[publicKey, uses]] as const)
    const text = known.map(([key, used]) => `${key} ${used}\n`).join('')
    // What fails may have cut the file or left half a line: then the next use writes all of it anew.
    this.#isDamaged = true
    const stamp = this.#guard(() => append(this.#file!, text, isWorn))
    this.#isDamaged = false
    this.#lines = (isWorn ? 0 : this.#lines) + known.length
    return stamp
  }

  #read(): void {
    if (this.#file === undefined) return
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size
    if (size === undefined) return
    if (size > BYTES_MAX)
      throw new NodeError('store-damaged', `${this.#file} is no list of used keys: ${size} bytes; move it away`, {
        file: this.#file,
      })
    const lines = readFileSync(this.#file, 'latin1').split('\n')
    // A cut may have left half a line, of a signature that was never made.
    if (lines.pop() !== '') this.#isDamaged = true
    this.#lines = lines.length
    for (const line of lines) {
      const [, key, uses] = LINE.exec(line) ?? []
      if (key === undefined) this.#isDamaged = true
      else this.#uses.set(key, Math.max(this.uses(key), Number(uses)))
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw storeError(error, this.#file ?? '')
    }
  }
}

/** Compares the stamp that was kept with that of the file now. */
export function compareStamps(kept: string | undefined, now: string | undefined): StampVerdict {
  if (kept === now) return 'same'
  const withoutChange = (stamp: string | undefined) => stamp?.slice(0, stamp.lastIndexOf(' '))
  return kept !== undefined && withoutChange(kept) === withoutChange(now) ? 'touched' : 'copied'
}

/** The time of the last change comes last: no program can set it. */
const stampOf = ({ ino, size, mtimeNs, ctimeNs }: { ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint }) =>
  `${ino} ${size} ${mtimeNs} ${ctimeNs}`

function append(path: string, text: string, isAnew: boolean): string {
  const file = openSync(path, 'a', OWNER_ONLY)
  try {
    const isNew = fstatSync(file).size === 0
    // Written anew in place: should the power go now, the database still knows, and takes the short file for a copy.
    if (isAnew) ftruncateSync(file)
    writeSync(file, text)
    fsyncSync(file)
    if (isNew) syncFolder(dirname(path))
    return stampOf(fstatSync(file, { bigint: true }))
  } finally {
    closeSync(file)
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
