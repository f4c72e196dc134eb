import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sharedVectors } from './fixtures.ts'
import { isRecord, type Json } from './recorded.ts'
import { VectorError } from './vector-error.ts'
import type { VectorFile } from './vector-kind.ts'

/** Largest recording that is unpacked. */
const UNPACKED_SIZE_MAX = 512 * 1024 * 1024
const GZIP_MAGIC = [0x1f, 0x8b]
/** Some editors begin a file with it. */
const BYTE_ORDER_MARK = /^\uFEFF/

export const isVectorFileName = (name: string): boolean => /\.json(\.gz)?$/i.test(name)

/**
 * Reads a file, packed or not: one recording, or a list of them as excerpts have it. Other JSON gives none.
 * @throws VectorError `unreadable` when the file is no JSON, or a list has something else among its recordings
 */
export function readVectorFile(path: string): readonly VectorFile[] {
  let content: Json
  try {
    const bytes = readFileSync(path)
    const isPacked = GZIP_MAGIC.every((byte, i) => bytes[i] === byte)
    const unpacked = isPacked ? gunzipSync(bytes, { maxOutputLength: UNPACKED_SIZE_MAX }) : bytes
    content = JSON.parse(unpacked.toString('utf8').replace(BYTE_ORDER_MARK, '')) as Json
  } catch (cause) {
    throw new VectorError('unreadable', `${path} cannot be read: ${(cause as Error).message}`, { path }, { cause })
  }
  const entries: readonly Json[] = Array.isArray(content) ? content : [content]
  const recordings = entries.filter(isRecord)
  if (recordings.length > 0 && recordings.length < entries.length) {
    throw new VectorError('unreadable', `${path} is a list of which not all are JSON objects`, { path })
  }
  return recordings.map((recording) => ({ path, content: recording, neighbours: () => neighboursOf(path) }))
}

const sharedStart = (a: string, b: string): number => {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

/** The files of the same directory, then those of the full set where it is at hand: cases may come without their chain. */
function* neighboursOf(path: string): Generator<VectorFile> {
  const own = basename(path)
  const directory = dirname(path)
  const shared = sharedVectors()
  for (const place of shared === undefined || shared === directory ? [directory] : [directory, shared]) {
    const names = readdirSync(place).filter((name) => isVectorFileName(name) && join(place, name) !== path)
    for (const name of names.sort((a, b) => sharedStart(b, own) - sharedStart(a, own))) {
      yield* readableFile(join(place, name))
    }
  }
}

/** Nothing where a file cannot be read: its own turn tells so. */
function readableFile(path: string): readonly VectorFile[] {
  try {
    return readVectorFile(path)
  } catch (error) {
    if (error instanceof VectorError) return []
    throw error
  }
}

/** What a file says of itself, for those whose format is not known. */
export function describeFormat({ content }: VectorFile): string {
  const header = isRecord(content.header) ? content.header : {}
  const words = [
    ['kind', content.kind],
    ['format', content.format ?? header.format],
    ['content', header.what],
    ['title', content.title],
  ].flatMap(([name, value]) => (typeof value === 'string' ? [`${name} ${JSON.stringify(value)}`] : []))
  return words.length === 0 ? 'it names no format' : `${words.join(', ')} is not known`
}
