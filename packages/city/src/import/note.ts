/**
 * The rest of a row as one line of CSV whose cells are `column=text`, in the order of the columns. So a record keeps what stood
 * beside its value, and readings of equal time and value stay apart.
 */
export function noteOf(cells: readonly string[], columns: readonly string[], picked: readonly number[]): string {
  let note = ''
  for (const [at, index] of picked.entries()) {
    const pair = `${columns[index]}=${cells[index]}`
    note += (at === 0 ? '' : ',') + (/[",\r\n]/.test(pair) ? `"${pair.replaceAll('"', '""')}"` : pair)
  }
  return note
}
