import { createRequire } from 'node:module'
import type CliProgress from 'cli-progress'
import { grouped } from './table.ts'
import type { Terminal } from './terminal.ts'

/** A bar that moves while something long runs. */
export interface Progress {
  /** @param note what to say beside the bar */
  update(done: number, note?: string): void
  stop(): void
}

const SILENT: Progress = { update: () => {}, stop: () => {} }

/**
 * Draws a bar on standard error, if a person watches.
 *
 * @param total what `done` counts up to; 0 when nobody knows, then only the note is shown
 */
export function startProgress(terminal: Terminal, what: string, total: number): Progress {
  if (!terminal.watched) return SILENT
  const format = total > 0 ? `${what} {bar} {percentage} %  {note}` : `${what} {note}`
  // Only for who watches: a node that runs for years draws nothing.
  const cliProgress = createRequire(import.meta.url)('cli-progress') as typeof CliProgress
  const bar = new cliProgress.SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true, fps: 8 },
    cliProgress.Presets.shades_classic,
  )
  bar.start(Math.max(total, 1), 0, { note: '' })
  return {
    update: (done, note) => bar.update(done, { note: note ?? grouped(done) }),
    stop: () => bar.stop(),
  }
}
