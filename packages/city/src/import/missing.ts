/** Spellings of a missing value that are known without being told, in columns of numbers. In text columns only the empty cell. */
export const MISSING_SPELLINGS = ['', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'NULL', 'null', 'None'] as const

/**
 * The spellings that mean "missing" in one column: the known ones and those given, as `TEXT` for every column or
 * `COLUMN=TEXT` for one. Compared as text, blanks around taken off; so `0` says nothing about `0.0`.
 */
export function missingIn(
  column: string,
  columns: readonly string[],
  given: readonly string[],
  text: boolean,
): Set<string> {
  const spellings = new Set<string>(text ? [''] : MISSING_SPELLINGS)
  for (const item of given) {
    const target = columns.find((name) => item.startsWith(`${name}=`))
    if (target === undefined) spellings.add(item.trim())
    else if (target === column) spellings.add(item.slice(target.length + 1).trim())
  }
  return spellings
}
