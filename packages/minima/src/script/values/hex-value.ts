import { bytesEqual, fromHex, toHex } from '../../codec/index.ts'
import { VALUE_BYTES_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'

/**
 * A byte array of at most 65536 bytes. Made from text it keeps the text and makes the bytes when somebody asks: a public
 * key in a script is looked up by its text and never becomes bytes.
 */
export class HexValue {
  readonly type = 'HEX'
  #bytes: Uint8Array | undefined
  #text: string | undefined

  private constructor(bytes: Uint8Array | undefined, text: string | undefined) {
    this.#bytes = bytes
    this.#text = text
  }

  /** Takes over the array, which must not change any more. @throws ScriptFault `too-long` */
  static ofBytes(bytes: Uint8Array): HexValue {
    assertLength(bytes.length)
    return new HexValue(bytes, undefined)
  }

  /** From `0x` and any number of hex digits in either case. @throws ScriptFault `bad-data`, `too-long` */
  static parse(text: string): HexValue {
    if (!/^0x[0-9a-fA-F]*$/.test(text)) throw new ScriptFault('bad-data', 'a HEX text is 0x followed by hex digits')
    return HexValue.ofDigits(text.slice(2))
  }

  /** From hex digits that are known to be such, in either case; an odd one out gets a zero in front. */
  static ofDigits(digits: string): HexValue {
    assertLength((digits.length + 1) >> 1)
    if (digits.length === 0) return HexValue.EMPTY
    const upper = digits.toUpperCase()
    return new HexValue(undefined, upper.length % 2 === 0 ? `0x${upper}` : `0x0${upper}`)
  }

  static readonly EMPTY = new HexValue(new Uint8Array(0), '')
  static readonly ZERO = new HexValue(Uint8Array.of(0), '0x00')

  get bytes(): Uint8Array {
    this.#bytes ??= fromHex(this.#text ?? '')
    return this.#bytes
  }

  /** `0x` and upper-case digits; the empty array is the empty text. */
  get text(): string {
    this.#text ??= toHex(this.#bytes ?? HexValue.EMPTY.bytes)
    return this.#text
  }

  get length(): number {
    return this.#bytes?.length ?? ((this.#text?.length ?? 2) - 2) / 2
  }

  equals(other: HexValue): boolean {
    if (this.#text !== undefined && other.#text !== undefined) return this.#text === other.#text
    return this.length === other.length && bytesEqual(this.bytes, other.bytes)
  }
}

const assertLength = (bytes: number): void => {
  if (bytes > VALUE_BYTES_MAX) throw new ScriptFault('too-long', `a HEX may have at most ${VALUE_BYTES_MAX} bytes`)
}
