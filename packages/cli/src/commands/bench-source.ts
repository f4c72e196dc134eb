import { drawsAt } from '../simulator/random.ts'

/** Streams and steps of the source: as METR-LA has them, loop detectors reporting every five minutes for a week. */
export const BENCH_STREAMS = 207
export const BENCH_ROWS = 2_016

/** Rows handed over in one piece. */
const ROWS_PER_PIECE = 16

/** A wide CSV source of speeds, the same each time, made while it is read. */
export async function* benchSource(rows = BENCH_ROWS, streams = BENCH_STREAMS): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode(`${Array.from({ length: streams }, (_, stream) => 700_000 + stream).join(',')}\n`)
  let piece = ''
  for (let row = 0; row < rows; row++) {
    const draw = drawsAt('bench', row)
    piece += `${Array.from({ length: streams }, () => speed(draw)).join(',')}\n`
    if (row % ROWS_PER_PIECE === ROWS_PER_PIECE - 1 || row === rows - 1) {
      yield encoder.encode(piece)
      piece = ''
    }
  }
}

/** Averages of a few whole numbers, as detectors report them: `64.375`, `66.22222222`, `57`. */
function speed(draw: (below: number) => number): string {
  const whole = 20 + draw(50)
  switch (draw(4)) {
    case 0:
      return String(whole)
    case 1:
      return `${whole}.${['125', '25', '375', '5', '625', '75', '875'][draw(7)]}`
    default:
      return `${whole}.${String(draw(9)).repeat(8)}`
  }
}
