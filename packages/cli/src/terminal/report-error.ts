import { MinipolisError } from '@minipolis/minima'
import type { Terminal } from './terminal.ts'

/** What to do about errors that carry no hint of their own. */
const HINTS: Readonly<Record<string, string>> = {
  'folder-in-use':
    'if it is a server, its commands are reached through it: look at DIR/server.json and the process it names',
  'listen-failed': 'give another port, or 0 for any free one',
  'store-locked': 'another process has the folder open: ask that one, or stop it first',
  'disk-full': 'make room on the disk and run the command again: nothing acknowledged is lost',
  'stream-unknown': 'list them with: minipolis streams',
  'stream-taken': 'give another stream id, or the unit and kind the stream has: minipolis streams',
  'no-such-reading': 'list the ids of readings with: minipolis records --stream ID',
  'reading-id': 'a reading id is a stream id, @ and a number: la/717447@12',
  'stream-id': 'a stream id has 1 to 128 characters of A-Z a-z 0-9 . _ ~ : / -',
  'zone-required': 'give the zone the source was written in, for example --zone Europe/London (or --zone UTC)',
  'time-format': 'name the column with --time-column and its form with --time-format, for example "DD/MM/YYYY HH:mm"',
  column: 'the first line of the source has the names of its columns',
  'admin-token': 'only the owner of the data folder may do this',
}

/** Errors of the user's call: exit code 2, as for unknown options. */
const USAGE = new Set([
  'usage',
  'option',
  'column',
  'zone-required',
  'zone-unknown',
  'time-format',
  'stream-id',
  'reading-id',
])

/**
 * Tells an error in one line, a hint in a second where there is one, and the way it came only when asked.
 *
 * @returns the exit code: 1 failed, 2 wrong usage
 */
export function reportError(error: unknown, terminal: Terminal, debug: boolean): 1 | 2 {
  terminal.err(`minipolis: ${oneLine(messageOf(error))}\n`)
  const hint = hintOf(error)
  if (hint !== undefined) terminal.err(`  hint: ${oneLine(hint)}\n`)
  if (debug) terminal.err(`${chainOf(error)}\n`)
  return USAGE.has(codeOf(error) ?? '') ? 2 : 1
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof MinipolisError) return error.message
  const code = codeOf(error)
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`
}

function hintOf(error: unknown): string | undefined {
  if (error instanceof MinipolisError && typeof error.facts.hint === 'string') return error.facts.hint
  return HINTS[codeOf(error) ?? '']
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

function chainOf(error: unknown): string {
  const lines: string[] = []
  for (let at = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) {
    lines.push(at instanceof Error ? (at.stack ?? at.message) : String(at))
  }
  return lines.join('\ncaused by ')
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ')
