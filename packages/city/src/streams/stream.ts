import { canonicalJson } from '../canonical/index.ts'
import { assertStreamId } from './reading-id.ts'
import { StreamError } from './stream-error.ts'

/** What a stream's values are: decimal numbers, or any text. */
export const STREAM_KINDS = ['number', 'text'] as const
export type StreamKind = (typeof STREAM_KINDS)[number]

/** A stream as it is registered. */
export interface StreamDefinition {
  readonly id: string
  /** The device whose keys sign it. */
  readonly device: string
  /** UCUM code, for example `[mi_i]/h`, `kW.h`, `1`. */
  readonly unit: string
  readonly kind?: StreamKind
  /** Zone of its times when they arrive without offset: an IANA name, `UTC` or an offset. */
  readonly zone?: string
  readonly label?: string
  /** True when readings may be of any age, as in an import of history. */
  readonly history?: boolean
  /** True when values are personal: only commitments are taken. */
  readonly personal?: boolean
  /** Plain JSON: place, site, whatever else is known. */
  readonly properties?: Readonly<Record<string, unknown>>
}

/** A registered stream. */
export interface Stream {
  /** Row number: short, for joins. Never shown. */
  readonly no: number
  readonly id: string
  readonly device: string
  readonly unit: string
  readonly kind: StreamKind
  readonly zone: string | undefined
  readonly label: string | undefined
  readonly history: boolean
  readonly personal: boolean
  readonly properties: Readonly<Record<string, unknown>>
  readonly createdMs: number
}

export const UNIT_LENGTH_MAX = 64
export const LABEL_LENGTH_MAX = 256
export const PROPERTIES_LENGTH_MAX = 8_192

/** UCUM codes are visible ASCII. Source: UCUM §1, "Character Set and Lexical Rules". */
const UNIT = /^[!-~]{1,64}$/
const ZONE = /^[A-Za-z0-9_+:/-]{1,64}$/

/**
 * Insists that a definition can be kept; returns its properties as text.
 *
 * @throws StreamError `stream-id`, `stream-form`
 */
export function assertStreamDefinition(definition: StreamDefinition): string {
  const refuse = (what: string, options?: ErrorOptions) =>
    new StreamError('stream-form', `the stream ${definition.id} ${what}`, { stream: definition.id }, options)
  assertStreamId(definition.id)
  if (!UNIT.test(definition.unit)) throw refuse(`needs a UCUM unit of 1 to ${UNIT_LENGTH_MAX} visible ASCII characters`)
  if (definition.kind !== undefined && !STREAM_KINDS.includes(definition.kind))
    throw refuse(`must be of kind ${STREAM_KINDS.join(' or ')}`)
  if (definition.zone !== undefined && !ZONE.test(definition.zone)) throw refuse('has a zone that is no zone name')
  if (
    definition.label !== undefined &&
    (definition.label.length > LABEL_LENGTH_MAX || !definition.label.isWellFormed())
  )
    throw refuse(`has a label longer than ${LABEL_LENGTH_MAX} characters or with half a character`)
  let properties: string
  try {
    properties = canonicalJson(definition.properties ?? {})
  } catch (cause) {
    throw refuse('has properties that JSON cannot say', { cause })
  }
  if (properties.length > PROPERTIES_LENGTH_MAX)
    throw refuse(`has properties beyond ${PROPERTIES_LENGTH_MAX} characters`)
  return properties
}
