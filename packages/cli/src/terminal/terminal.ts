/** Where a command writes, and what it knows of the world around it. Given, so that tests can look. */
export interface Terminal {
  /** Results. */
  out(text: string): void
  /** Everything else: progress, notices, errors. */
  err(text: string): void
  /** Whether a person watches standard error: progress is drawn only then. */
  readonly watched: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: AsyncIterable<Uint8Array>
  /** Aborted when the user wants the program to end. */
  readonly signal: AbortSignal
}

/** The terminal of this process. */
export function processTerminal(signal: AbortSignal): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    watched: process.stderr.isTTY === true,
    env: process.env,
    stdin: process.stdin,
    signal,
  }
}
