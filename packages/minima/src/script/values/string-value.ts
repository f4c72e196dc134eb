import { VALUE_BYTES_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'

/** Unicode text of at most 65536 UTF-8 bytes, always well formed: a lone surrogate becomes `?`. */
export class StringValue {
  readonly type = 'STRING'
  readonly text: string

  /** @throws ScriptFault `too-long` */
  constructor(text: string) {
    this.text = text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '?')
    if (isTooLong(this.text)) {
      throw new ScriptFault('too-long', `a STRING may have at most ${VALUE_BYTES_MAX} bytes of UTF-8`)
    }
  }
}

const isTooLong = (text: string): boolean => {
  if (text.length * 3 <= VALUE_BYTES_MAX) return false
  return text.length > VALUE_BYTES_MAX || utf8Length(text) > VALUE_BYTES_MAX
}

/** UTF-8 bytes of a well-formed text: a surrogate pair makes four, two for each half. */
const utf8Length = (text: string): number => {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}
