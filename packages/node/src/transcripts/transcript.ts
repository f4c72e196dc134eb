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

/**
 * Insists that a value of JSON is a recording of calls: a wallet for each node that is called, and what was called.
 * @throws TranscriptError `not-a-transcript`
 */
export function assertTranscriptFile(value: unknown): asserts value is TranscriptFile {
  const { meta, transcripts } = (value ?? {}) as {
    meta?: Partial<TranscriptFile['meta']> | null
    transcripts?: unknown
  }
  const seeds = meta?.seeds
  if (!Array.isArray(transcripts) || typeof seeds !== 'object' || seeds === null) {
    throw new TranscriptError('not-a-transcript', 'the file has no members "meta.seeds" and "transcripts"')
  }
  for (const [index, call] of (transcripts as readonly unknown[]).entries()) {
    if (isTranscript(call) && typeof seeds[call.node] === 'string') continue
    throw new TranscriptError(
      'not-a-transcript',
      `transcript ${index} lacks one of n, node, request, varies, deterministic and response, or its node has no seed`,
      { index },
    )
  }
}

function isTranscript(value: unknown): value is Transcript {
  const call = (value ?? {}) as Partial<Transcript>
  return (
    typeof call.n === 'number' &&
    typeof call.node === 'string' &&
    typeof call.request === 'string' &&
    Array.isArray(call.varies) &&
    call.varies.every((path) => typeof path === 'string') &&
    typeof call.deterministic === 'boolean' &&
    call.response !== undefined
  )
}

/** @throws TranscriptError `not-a-transcript` */
export function parseTranscripts(text: string): TranscriptFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new TranscriptError('not-a-transcript', 'the file is no JSON', {}, { cause })
  }
  assertTranscriptFile(value)
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
