import type { Json } from './recorded.ts'

/** A recording file as it was read. */
export interface VectorFile {
  readonly path: string
  readonly content: { readonly [key: string]: Json }
  /** Other recordings at hand, those of a similar name first: some files build on another. */
  neighbours(): Iterable<VectorFile>
}

/** One thing to check. It throws, or rejects, where the project differs from the recording. */
export interface VectorCase {
  readonly name: string
  check(): void | Promise<void>
}

/** A format of recordings, recognised by what a file says of itself. */
export interface VectorKind {
  readonly name: string
  matches(file: VectorFile): boolean
  /** The next case is asked for when the one before is checked: cases may build on each other. */
  cases(file: VectorFile): Iterable<VectorCase> | AsyncIterable<VectorCase>
}
