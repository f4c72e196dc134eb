import { ImportError } from './import-error.ts'
import { type Damage, damaged, LINE_BYTES_MAX, type SourceLine } from './source-line.ts'
import type { Tally } from './tally.ts'

export interface LineSink {
  line(line: SourceLine): void
  damage(damage: Damage): void
}

/** The name of the class as a type, which Node.js and browsers declare differently. */
type Decoder = InstanceType<typeof TextDecoder>

const LF = 0x0a
const CR = 0x0d
const NOTHING = new Uint8Array(0)

/** UTF-8 that was read as Latin-1 and written as UTF-8 again, as `Ã¼` for `ü` or `â€™` for an apostrophe. */
const DOUBLE_ENCODED = /[\u00c3\u00c2][\u0080-\u00bf]|\u00e2(?:\u20ac|\u0080)/

/**
 * Cuts the bytes of a source into lines of text, in any pieces they arrive. A line that is not text is damage of its own and
 * spoils no other; what is held between pieces is at most one line.
 *
 * `encoding` is a label of the Encoding Standard (`utf-8`, `windows-1252`, `latin1`, `utf-16le` …); without it the
 * source is UTF-8 unless a byte order mark says UTF-16.
 */
export class LineReader {
  readonly #sink: LineSink
  readonly #tally: Tally
  readonly #stated: string | undefined
  #decoder: Decoder | undefined
  /** UTF-16 is turned into UTF-8 first: its line ends are not single bytes. */
  #wide: Decoder | undefined
  #begin: Uint8Array = NOTHING
  /** The begun line: the first `#restSize` bytes. Grows by doubling, so that tiny pieces cost no more than large ones. */
  #rest: Uint8Array = NOTHING
  #restSize = 0
  #tooLong = false
  #line = 0

  constructor(sink: LineSink, tally: Tally, encoding?: string) {
    this.#sink = sink
    this.#tally = tally
    this.#stated = encoding
    if (encoding !== undefined) decoderOf(encoding)
  }

  push(bytes: Uint8Array): void {
    if (!this.#decoder) {
      // A byte order mark may arrive in pieces; three bytes decide.
      this.#begin = joined(this.#begin, bytes)
      if (this.#begin.length >= 3) this.#take(this.#start(this.#begin))
    } else this.#take(this.#wide ? utf8(this.#wide.decode(bytes, { stream: true })) : bytes)
  }

  end(): void {
    if (!this.#decoder) this.#take(this.#start(this.#begin))
    if (this.#wide) this.#take(utf8(this.#wide.decode()))
    if (this.#tooLong) this.#damageTooLong()
    else if (this.#restSize > 0) {
      this.#tally.add('no-final-newline')
      this.#block(this.#rest.subarray(0, this.#restSize))
      this.#restSize = 0
    }
  }

  /** Picks the decoder by what is stated and by the byte order mark, which it takes off. */
  #start(begin: Uint8Array): Uint8Array {
    this.#begin = NOTHING
    const mark = byteOrderMark(begin)
    const encoding = this.#stated === undefined ? (mark?.encoding ?? 'utf-8') : decoderOf(this.#stated).encoding
    if (mark && mark.encoding === encoding) {
      this.#tally.add('bom')
      begin = begin.subarray(mark.size)
    }
    if (this.#stated === undefined && encoding !== 'utf-8') this.#tally.add('encoding')
    if (encoding.startsWith('utf-16')) {
      this.#wide = new TextDecoder(encoding)
      this.#decoder = decoderOf('utf-8')
      return utf8(this.#wide.decode(begin, { stream: true }))
    }
    this.#decoder = decoderOf(encoding)
    return begin
  }

  #take(bytes: Uint8Array): void {
    const last = bytes.lastIndexOf(LF)
    if (last < 0) {
      this.#keep(bytes)
      return
    }
    if (this.#tooLong) {
      const first = bytes.indexOf(LF)
      this.#tooLong = false
      this.#damageTooLong()
      if (first < last) this.#block(bytes.subarray(first + 1, last))
    } else this.#block(joined(this.#rest.subarray(0, this.#restSize), bytes.subarray(0, last)))
    this.#restSize = 0
    this.#keep(bytes.subarray(last + 1))
  }

  #keep(bytes: Uint8Array): void {
    if (this.#tooLong) return
    const size = this.#restSize + bytes.length
    if (size > LINE_BYTES_MAX) {
      this.#rest = NOTHING
      this.#restSize = 0
      this.#tooLong = true
      return
    }
    if (size > this.#rest.length) {
      const grown = new Uint8Array(Math.max(size, this.#rest.length * 2))
      grown.set(this.#rest.subarray(0, this.#restSize))
      this.#rest = grown
    }
    // A copy: the piece belongs to whoever gave it.
    this.#rest.set(bytes, this.#restSize)
    this.#restSize = size
  }

  /** Whole lines without the last line end. */
  #block(bytes: Uint8Array): void {
    let text: string
    try {
      text = this.#decoder!.decode(bytes)
    } catch {
      this.#lineByLine(bytes)
      return
    }
    for (const line of text.split('\n')) this.#emit(line)
  }

  /** The slow way, for blocks in which some line is not text. */
  #lineByLine(bytes: Uint8Array): void {
    for (let start = 0; start <= bytes.length; ) {
      const found = bytes.indexOf(LF, start)
      const end = found < 0 ? bytes.length : found
      const line = bytes.subarray(start, end)
      start = end + 1
      try {
        this.#emit(this.#decoder!.decode(line))
      } catch {
        const at = { line: ++this.#line, text: latin1(line) }
        this.#sink.damage(damaged(at, 'encoding', `bytes that are not ${this.#decoder!.encoding} text`))
      }
    }
  }

  #emit(text: string): void {
    const line = ++this.#line
    if (text.charCodeAt(text.length - 1) === CR) {
      this.#tally.add('crlf')
      text = text.slice(0, -1)
    }
    const at = { line, text }
    if (text.length > LINE_BYTES_MAX) {
      this.#sink.damage(damaged(at, 'line-too-long', `a line of more than ${LINE_BYTES_MAX} bytes`))
    } else if (text.includes('\0')) {
      this.#sink.damage(damaged(at, 'control-character', 'a NUL character'))
    } else {
      if (DOUBLE_ENCODED.test(text)) this.#tally.add('double-encoded')
      this.#sink.line(at)
    }
  }

  #damageTooLong(): void {
    const at = { line: ++this.#line, text: '' }
    this.#sink.damage(damaged(at, 'line-too-long', `a line of more than ${LINE_BYTES_MAX} bytes`))
  }
}

/** A strict decoder. @throws ImportError `encoding` */
function decoderOf(label: string): Decoder {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true })
  } catch (cause) {
    throw new ImportError(
      'encoding',
      `the encoding ${JSON.stringify(label)} is not known`,
      {
        encoding: label,
        hint: 'use utf-8, windows-1252 (Latin-1), utf-16le or another label of the Encoding Standard',
      },
      { cause },
    )
  }
}

function byteOrderMark(bytes: Uint8Array): { readonly encoding: string; readonly size: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', size: 3 }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', size: 2 }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', size: 2 }
  return undefined
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

const encoder = new TextEncoder()
const utf8 = (text: string): Uint8Array => encoder.encode(text)
const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 200))
