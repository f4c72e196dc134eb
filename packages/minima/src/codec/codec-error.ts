import { MinipolisError } from '../errors/minipolis-error.ts'

/**
 * - `truncated`: the bytes end inside a value
 * - `length`: a byte string is longer than its field allows, or its length is negative
 * - `count`: a list has more elements than the bytes that are left can hold, or than its field allows
 * - `range`: a value that its field does not allow
 * - `number`: a decimal number whose form is refused
 * - `trailing`: bytes after the end of a value that must fill its input
 * - `depth`: nesting beyond the limit
 * - `text`: text that is no hex or otherwise unreadable
 */
export type CodecErrorCode = 'truncated' | 'length' | 'count' | 'range' | 'number' | 'trailing' | 'depth' | 'text'

/** Bytes that are no value of the described form. `offset` counts bytes from the start of the input. */
export class CodecError extends MinipolisError<CodecErrorCode> {
  readonly offset: number
  readonly path: readonly string[]
  /** The sentence without the place. */
  readonly detail: string

  constructor(
    code: CodecErrorCode,
    detail: string,
    offset: number,
    path: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(
      code,
      `${detail} at byte ${offset}${path.length > 0 ? ` in ${path.join('.')}` : ''}`,
      { offset, path },
      options,
    )
    this.offset = offset
    this.path = path
    this.detail = detail
  }
}

/** The same error seen from one level further out: its path grows by `name`. Other errors pass unchanged. */
export const within = (name: string, error: unknown): unknown =>
  error instanceof CodecError
    ? new CodecError(error.code, error.detail, error.offset, [name, ...error.path], { cause: error.cause })
    : error
