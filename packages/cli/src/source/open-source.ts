import { createReadStream, type ReadStream, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CommandError } from '../terminal/command-error.ts'

/** A file or standard input, unpacked where it is packed. */
export interface Source {
  /** What to call it in reports. */
  readonly name: string
  /** Bytes on disk; 0 when nobody knows. */
  readonly size: number
  /** Bytes read from disk so far. */
  readonly position: () => number
  readonly bytes: AsyncIterable<Uint8Array>
}

const GZIP_MAGIC = [0x1f, 0x8b] as const

/**
 * Opens a source for reading. Gzip is known by its first two bytes, whatever the name.
 *
 * @param path of a file, or `-` for standard input
 * @throws CommandError `file`
 */
export function openSource(path: string, stdin: AsyncIterable<Uint8Array>): Source {
  if (path === '-') {
    let position = 0
    const counted = count(stdin, (bytes) => (position += bytes))
    return { name: 'stdin', size: 0, position: () => position, bytes: unpacked(counted) }
  }
  let size: number
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) throw new CommandError('file', `${path} is a folder, not a file`, { path })
    size = stat.size
  } catch (cause) {
    throw cause instanceof CommandError ? cause : unreadable(path, cause)
  }
  const stream: ReadStream = createReadStream(path, { highWaterMark: 1 << 18 })
  return { name: path, size, position: () => stream.bytesRead, bytes: unpacked(stream) }
}

async function* count(source: AsyncIterable<Uint8Array>, add: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    add(piece.length)
    yield piece
  }
}

async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  // The magic may come in pieces.
  let begin = new Uint8Array(0)
  while (begin.length < GZIP_MAGIC.length) {
    const next = await iterator.next()
    if (next.done) break
    begin = Buffer.concat([begin, next.value])
  }
  const rest = { [Symbol.asyncIterator]: () => iterator }
  const whole = prepend(begin, rest)
  if (begin[0] === GZIP_MAGIC[0] && begin[1] === GZIP_MAGIC[1]) yield* gunzipped(whole)
  else yield* whole
}

async function* prepend(begin: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (begin.length > 0) yield begin
  yield* rest
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const packed = Readable.from(source, { objectMode: false })
  const gunzip = createGunzip()
  packed.on('error', (error) => gunzip.destroy(error))
  packed.pipe(gunzip)
  try {
    for await (const piece of gunzip) yield piece as Uint8Array
  } finally {
    packed.destroy()
  }
}

const unreadable = (path: string, cause: unknown): CommandError => {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  return new CommandError('file', missing ? `there is no file ${path}` : `${path} cannot be read`, { path }, { cause })
}
