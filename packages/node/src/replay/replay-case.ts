/** One recorded thing to check. It throws where the node differs from the recording. */
export interface ReplayCase {
  readonly name: string
  check(): void
}
