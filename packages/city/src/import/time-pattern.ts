import { ImportError } from './import-error.ts'
import { type TimeParts, type TimeReader, timeFromParts } from './time-text.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** The directives of `strptime` that have a letter pattern here. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  Y: 'YYYY',
  m: 'MM',
  d: 'DD',
  H: 'HH',
  I: 'hh',
  M: 'mm',
  S: 'ss',
  f: 'SSS',
  b: 'MMM',
  p: 'A',
  z: 'Z',
  '%': '%',
}

type Part = keyof TimeParts

/**
 * Makes a reader of a pattern such as `DD/MM/YYYY HH:mm`, `M/D/YYYY h:mm A`, `dd.mm.yyyy hh:mm:ss` or `%d/%m/%Y %H:%M`.
 * Letters: Y year, M month (MMM its English name), D day, H or h hour, m minute, s second, S fraction, A AM/PM, Z offset. Case is
 * free: an `m` after the hour is the minute, elsewhere the month; an `s` after the second is the fraction. Numbers may be
 * unpadded. Everything else stands for itself.
 *
 * @throws ImportError `time-format`
 */
export function patternReader(pattern: string): TimeReader {
  const parts: Part[] = []
  let source = ''
  const tokens = [...plain(pattern).matchAll(/([A-Za-z])\1*|[^A-Za-z]/g)].map(([token]) => token)
  for (const [index, token] of tokens.entries()) {
    const part = partOf(token, parts.at(-1))
    if (part === undefined) {
      source += literal(token)
      continue
    }
    if (parts.includes(part)) throw notAPattern(pattern, `it has the ${part} twice`)
    parts.push(part)
    // Where numbers touch, as in YYYYMMDD, they cannot be unpadded.
    const touches = [tokens[index - 1], tokens[index + 1]].some((next) => next !== undefined && /[A-Za-z]/.test(next))
    source += sourceOf(part, token, touches)
  }
  for (const needed of ['year', 'month', 'day'] as const) {
    if (!parts.includes(needed)) throw notAPattern(pattern, `it has no ${needed}`)
  }
  const expression = new RegExp(`^${source}$`, 'i')
  return (text) => {
    const found = expression.exec(text.trim())
    if (!found) return undefined
    const values: Partial<Record<Part, string>> = {}
    for (const [index, part] of parts.entries()) values[part] = found[index + 1] ?? ''
    const { year, month, day, ...rest } = values
    return timeFromParts({ year, month: monthNumber(month), day, ...rest })
  }
}

const plain = (pattern: string): string =>
  pattern.includes('%') ? pattern.replace(/%(.)/g, (all, letter: string) => DIRECTIVES[letter] ?? all) : pattern

function partOf(token: string, before: Part | undefined): Part | undefined {
  switch (token[0]!.toLowerCase()) {
    case 'y':
      return 'year'
    case 'm':
      return before === 'hour' ? 'minute' : 'month'
    case 'd':
      return 'day'
    case 'h':
      return 'hour'
    case 's':
      return before === 'second' ? 'fraction' : 'second'
    case 'a':
      return 'half'
    case 'z':
      return 'offset'
    default:
      return undefined
  }
}

function sourceOf(part: Part, token: string, touches: boolean): string {
  const number = touches && token.length === 2 ? '(\\d{2})' : '(\\d{1,2})'
  switch (part) {
    case 'year':
      return '(\\d{4})'
    case 'month':
      return token.length === 3 ? `(${MONTHS.join('|')})` : number
    case 'fraction':
      return '(\\d{1,9})'
    case 'half':
      return '([ap]\\.?m\\.?)'
    case 'offset':
      return '(z|utc|[+-]\\d{2}(?::?\\d{2})?)'
    default:
      return number
  }
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/ +/g, ' +')

const monthNumber = (text: string | undefined): string | undefined => {
  const index = text === undefined ? -1 : MONTHS.indexOf(text.toLowerCase())
  return index < 0 ? text : String(index + 1)
}

const notAPattern = (pattern: string, why: string): ImportError =>
  new ImportError('time-format', `the time format ${JSON.stringify(pattern)} cannot be: ${why}`, {
    pattern,
    hint: 'for example DD/MM/YYYY HH:mm, M/D/YYYY h:mm A, YYYY-MM-DD HH:mm:ss, or iso, unix, unix-ms',
  })
