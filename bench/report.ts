/** Where benchmarks put what they found: as text while they run, or as one JSON document at the end. */

/** One measured value, beside what it is compared with. */
export interface Figure {
  /** What was measured, in a few words. */
  readonly measure: string
  readonly value: number
  /** `ms`, `MB`, `1/s`, `%`. */
  readonly unit: string
  /** Which way is better. */
  readonly better: 'more' | 'less'
  /** The same of the reference implementation. */
  readonly reference?: number
  /** Measured in this run, or earlier on a machine of this kind. */
  readonly referenceFrom?: 'this run' | 'recorded'
  /** How many times as good as the reference it is to be. */
  readonly goalRatio?: number
  /** A limit of its own: at least so much, or at most. */
  readonly goal?: number
}

export interface Report {
  line(text?: string): void
  figure(figure: Figure): void
  /** Figures that belong together: measure, ours, reference, ratio, goal. */
  table(figures: readonly Figure[]): void
}

/** How many times as good as the reference: above 1 is better, whichever way that is. */
export const ratioOf = ({ value, better, reference }: Figure): number | undefined =>
  reference === undefined ? undefined : better === 'more' ? value / reference : reference / value

/** Whether what was aimed at was reached; undefined where nothing was. */
export function isMet(figure: Figure): boolean | undefined {
  const { value, better, goal, goalRatio } = figure
  const ratio = ratioOf(figure)
  const verdicts: boolean[] = []
  if (goal !== undefined) verdicts.push(better === 'more' ? value >= goal : value <= goal)
  if (goalRatio !== undefined && ratio !== undefined) verdicts.push(ratio >= goalRatio)
  return verdicts.length === 0 ? undefined : verdicts.every(Boolean)
}

/** Three digits that count: `0.046`, `4.61`, `84,500`. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '?'
  const size = Math.abs(value)
  if (size >= 1e7) return `${(value / 1e6).toFixed(1)} M`
  if (size >= 100) return Math.round(value).toLocaleString('en')
  return Number(value.toPrecision(3)).toString()
}

const goalText = ({ better, goal, goalRatio, unit }: Figure): string =>
  [
    goal === undefined ? '' : `${better === 'more' ? 'at least' : 'at most'} ${formatValue(goal)} ${unit}`,
    goalRatio === undefined ? '' : `ratio ${goalRatio}`,
  ]
    .filter((text) => text !== '')
    .join(', ')

const verdictOf = (figure: Figure): string => {
  const met = isMet(figure)
  return met === undefined ? '' : met ? 'met' : 'MISSED'
}

/** Writes each line and each figure as it comes. */
export class TextReport implements Report {
  line(text = ''): void {
    console.log(text)
  }

  figure(figure: Figure): void {
    const { measure, value, unit, reference, referenceFrom } = figure
    const parts = [`${formatValue(value)} ${unit}`]
    if (reference !== undefined) {
      const from = referenceFrom === 'this run' ? '' : ', recorded'
      parts.push(`reference ${formatValue(reference)}${from}, ratio ${formatValue(ratioOf(figure)!)}`)
    }
    const goal = goalText(figure)
    if (goal !== '') parts.push(`goal ${goal}: ${verdictOf(figure)}`)
    console.log(`  ${measure.padEnd(56)} ${parts.join('; ')}`)
  }

  table(figures: readonly Figure[]): void {
    const all = [['measure', 'ours', 'reference', 'ratio', 'goal', ''], ...figures.map(cellsOf)]
    const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
    console.log()
    for (const row of all) {
      console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd())
    }
    if (figures.some(({ referenceFrom }) => referenceFrom === 'recorded')) {
      console.log('  * recorded on a machine of this kind, not in this run')
    }
  }
}

const cellsOf = (figure: Figure): string[] => {
  const { measure, value, unit, reference, referenceFrom } = figure
  const mark = referenceFrom === 'recorded' ? ' *' : ''
  return [
    measure,
    `${formatValue(value)} ${unit}`,
    reference === undefined ? '' : `${formatValue(reference)} ${unit}${mark}`,
    reference === undefined ? '' : formatValue(ratioOf(figure)!),
    goalText(figure),
    verdictOf(figure),
  ]
}

/** Keeps everything for one JSON document. */
export class JsonReport implements Report {
  readonly lines: string[] = []
  readonly figures: object[] = []

  line(text = ''): void {
    if (text.trim() !== '') this.lines.push(text.trim())
  }

  figure(figure: Figure): void {
    const ratio = ratioOf(figure)
    const met = isMet(figure)
    this.figures.push({ ...figure, ...(ratio !== undefined && { ratio }), ...(met !== undefined && { met }) })
  }

  table(figures: readonly Figure[]): void {
    for (const figure of figures) this.figure(figure)
  }
}
