import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { concatBytes, encode, fromHex, miniNumber, utf8 } from '../../src/codec/index.ts'
import { MiniNumber } from '../../src/number/index.ts'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
const shared = fileURLToPath(new URL('../../../../../shared/vectors/', import.meta.url))

interface RecordedCase {
  readonly type?: string
  readonly op: string
  readonly hex?: string
  readonly text?: string
  readonly mx?: string
  readonly extraText?: string
  readonly txpows?: readonly string[]
}

const casesOf = (path: string): readonly RecordedCase[] =>
  (JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly RecordedCase[] }).cases

const LEVEL_ZERO = fromHex('0x000100')
const count = (value: number): Uint8Array => encode(miniNumber, MiniNumber.of(value))

/** Recorded bytes by the type of object; texts as their UTF-8 bytes. */
export function recordedSamples(paths: readonly string[]): ReadonlyMap<string, readonly Uint8Array[]> {
  const samples = new Map<string, Uint8Array[]>()
  const add = (type: string, bytes: Uint8Array): void => {
    const known = samples.get(type) ?? []
    samples.set(type, known)
    known.push(bytes)
  }
  for (const { type, op, hex, text, mx, extraText, txpows } of paths.flatMap(casesOf)) {
    if (hex !== undefined) add(type ?? op.split('.')[0]!, fromHex(hex))
    if (text !== undefined) add('number text', utf8(text))
    if (mx !== undefined) add('mx text', utf8(mx))
    if (extraText !== undefined) add('json text', utf8(extraText))
    for (const txpow of txpows ?? []) add('txpow', fromHex(txpow))
  }
  // No recording of these is small, so they are put together: counts, blocks, levels.
  const blocks = samples.get('txblock') ?? []
  const nodes = (samples.get('txpow') ?? []).flatMap((txpow) => [txpow, LEVEL_ZERO])
  const cascade = concatBytes(count(nodes.length / 2), ...nodes)
  add('cascade', cascade)
  add('ibd', concatBytes(Uint8Array.of(1), cascade, count(blocks.length), ...blocks))
  add('ibd', concatBytes(Uint8Array.of(0), count(blocks.length), ...blocks))
  return samples
}

/** The project's own excerpt: always at hand, so that runs of one seed are the same everywhere. */
export const fixtureFiles = (): readonly string[] =>
  readdirSync(fixtures)
    .filter((name) => name.startsWith('objects-'))
    .map((name) => fixtures + name)

/** The full recordings where they stand beside the repository, for long runs. */
export const sharedFiles = (): readonly string[] =>
  existsSync(shared)
    ? ['bytes', 'numbers', 'addresses', 'objects', 'txpow', 'txblock'].map((name) => `${shared}${name}.json`)
    : []
