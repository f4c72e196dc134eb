/**
 * What can be odd about a source that is taken all the same.
 *
 * - `bom`: the source begins with a byte order mark
 * - `crlf`: lines that end with CR LF
 * - `no-final-newline`: the last line has no end: it may have been cut
 * - `blank-line`: empty lines, skipped
 * - `encoding`: text of another encoding than UTF-8, as its byte order mark says
 * - `double-encoded`: lines with UTF-8 that was once read as Latin-1
 * - `date-order`: dates such as 31/12/2020, whose order of day and month the data themselves told
 * - `unit-not-stated`: no unit was given, so readings carry the unit `1`
 * - `missing`: missing values, kept as received and marked
 * - `exponent`: numbers with an exponent
 * - `padded`: numbers with blanks around them
 * - `duplicate-row`: rows that stand in the source twice
 * - `same-time`: readings with the instant of the one before in their stream
 * - `out-of-order`: readings older than the one before in their stream
 * - `gap`: steps at least half as long again as the usual one of their stream
 * - `dst-ambiguous`: local times that occur twice; the earlier instant is taken
 * - `dst-nonexistent`: local times that the clocks skip; read with the offset before the skip, marked suspect
 * - `time-uncertain`: readings after a damaged line of a source without times; marked suspect
 * - `page-limit`: the number of rows is a usual page size: the source may go on
 */
export const ODDITIES = [
  'bom',
  'crlf',
  'no-final-newline',
  'blank-line',
  'encoding',
  'double-encoded',
  'date-order',
  'unit-not-stated',
  'missing',
  'exponent',
  'padded',
  'duplicate-row',
  'same-time',
  'out-of-order',
  'gap',
  'dst-ambiguous',
  'dst-nonexistent',
  'time-uncertain',
  'page-limit',
] as const
export type Oddity = (typeof ODDITIES)[number]

/** Counts of oddities; names that never occurred are absent when read. */
export class Tally {
  readonly #counts = new Map<Oddity, number>()

  add(name: Oddity, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  /** In the order of `ODDITIES`. */
  counts(): Partial<Record<Oddity, number>> {
    const counts: Partial<Record<Oddity, number>> = {}
    for (const name of ODDITIES) {
      const count = this.#counts.get(name)
      if (count) counts[name] = count
    }
    return counts
  }
}
