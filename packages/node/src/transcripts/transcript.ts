import { MinipolisError } from '@minipolis/minima'

/** A value of a recorded reply. */
export type Recorded = null | boolean | number | string | readonly Recorded[] | { readonly [name: string]: Recorded }

/** One call and its recorded reply. The fields are explained in the file itself, under `meta.reading`. */
export interface Transcript {
  readonly n: number
  readonly group: string
  readonly node: string
  readonly method: string
  readonly request: string
  readonly template?: string
  readonly note?: string
  readonly capture?: { readonly [name: string]: string }
  readonly waitBlocks?: number
  readonly waitSync?: boolean
  readonly pollUntil?: { readonly pointer: string; readonly equals: string }
  readonly varies: readonly string[]
  readonly deterministic: boolean
  readonly response: Recorded
}

export interface TranscriptFile {
  readonly meta: { readonly seeds: { readonly [node: string]: string } }
  readonly transcripts: readonly Transcript[]
}

/**
 * - `not-a-transcript`: the file is no recording of calls.
 * - `unknown-variable`: a template names a value that nothing captured.
 * - `never-came`: what a call waits for did not happen.
 */
export type TranscriptErrorCode = 'not-a-transcript' | 'unknown-variable' | 'never-came'
export class TranscriptError extends MinipolisError<TranscriptErrorCode> {}

/** Whether a value of JSON is a recording of calls. */
export function isTranscriptFile(value: unknown): value is TranscriptFile {
  const file = value as Partial<TranscriptFile> | null
  return typeof file === 'object' && file !== null && Array.isArray(file.transcripts) && file.meta?.seeds !== undefined
}

/** @throws TranscriptError `not-a-transcript` */
export function parseTranscripts(text: string): TranscriptFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new TranscriptError('not-a-transcript', 'the file is no JSON', {}, { cause })
  }
  if (!isTranscriptFile(value)) {
    throw new TranscriptError('not-a-transcript', 'the file has no members "meta.seeds" and "transcripts"')
  }
  return value
}

/** The value at a path of names and indices, separated by slashes. */
export function valueAt(value: Recorded, path: string): Recorded | undefined {
  let current: Recorded | undefined = value
  for (const part of path.split('/').filter((name) => name !== '')) {
    if (current === null || typeof current !== 'object' || current === undefined) return undefined
    current = (current as { readonly [name: string]: Recorded })[part]
  }
  return current
}
