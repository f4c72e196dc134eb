/** What the HTTP API of the server answers, as far as the page shows it. */

export interface Status {
  readonly name: string
  readonly asOf: string
  readonly network: string
  readonly tip: BlockView | null
  readonly log: { readonly origin: string; readonly size: number; readonly root: string }
  readonly counts: {
    readonly devices: number
    readonly streams: number
    readonly readings: number
    readonly quarantined: number
  }
  readonly anchor: AnchorView | null
}

export interface BlockView {
  readonly number: number
  readonly id: string
  /** RFC 3339. */
  readonly time: string
}

export interface AnchorView {
  /** Tree size that the anchor covers. */
  readonly size: number
  readonly root: string
  /** Block that confirmed it; `null` while it waits. */
  readonly block: number | null
  /** RFC 3339 of the block, or of the posting while it waits. */
  readonly time: string
}

export interface StreamView {
  readonly id: string
  readonly device: string
  readonly unit: string
  readonly label: string | null
  readonly properties: Readonly<Record<string, unknown>>
  readonly latest: ReadingView | null
}

export interface ReadingView {
  readonly id: string
  readonly stream: string
  readonly sequence: number
  /** RFC 3339, UTC. */
  readonly time: string
  /** As received; `null` when only a commitment is logged. */
  readonly value: string | null
  readonly quality: string | null
  readonly logIndex: number
}

/** An error of the API: `application/problem+json` with our code. */
export interface Problem {
  readonly code: string
  readonly title: string
  readonly detail?: string
}
