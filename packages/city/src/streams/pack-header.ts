/** The signed bytes of a pack. Format: `docs/evidence-format.md`, "Pack". */
export interface PackHeader {
  readonly count: number
  readonly device: string
  /** Sequence of the first reading. */
  readonly first: number
  /** Key id of the signing key. */
  readonly key: string
  /** Id of the stream's preceding pack, 64 hex digits; `null` for the first. */
  readonly previous: string | null
  /** RFC 6962 root over the leaf hashes of the readings, 64 hex digits. */
  readonly root: string
  readonly stream: string
  /** UCUM code. */
  readonly unit: string
}

export const PACK_TYPE = 'minipolis-pack/1'

/** Canonical JSON of the header. All members but the unit are of characters that need no escape. */
export const packHeaderText = (header: PackHeader): string => {
  const previous = header.previous === null ? 'null' : `"${header.previous}"`
  return (
    `{"count":${header.count},"device":"${header.device}","first":${header.first},"key":"${header.key}",` +
    `"previous":${previous},"root":"${header.root}","stream":"${header.stream}","type":"${PACK_TYPE}",` +
    `"unit":${JSON.stringify(header.unit)}}`
  )
}
