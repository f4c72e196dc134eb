/** Rows of text as columns that line up; numbers to the right. `align` has one letter per column: `l` or `r`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], align: string): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return align[column] === 'r' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return `${all.map(line).join('\n')}\n`
}

/** Facts below each other, names lined up. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return `${pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n`
}

/** A count with thin groups of three, as people read it: `417,312`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
