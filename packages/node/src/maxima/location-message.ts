import { type Codec, list, struct, text } from '@minipolis/minima'

/** Keys that one entry may allow: a sender has at most a thousand contacts. */
export const ALLOWED_KEYS_MAX = 1500
/** Largest wire form of a registration: what fits into a message, some 700 contacts. */
export const LOCATION_ENTRY_BYTES_MAX = 240 * 1024

/** Registers an address at a location service. Source: minima-global/Minima: src/org/minima/system/network/maxima/mls/MLSPacketSET.java */
export interface LocationEntry {
  /** Where the sender is now. */
  readonly address: string
  /** Main keys, hex, that may ask for it. */
  readonly allowed: readonly string[]
}

export const LocationEntry: Codec<LocationEntry> = struct<LocationEntry>({
  address: text,
  allowed: list(text, { max: ALLOWED_KEYS_MAX, sizeMin: 4 }),
})

/** Asks a location service. */
export interface LocationRequest {
  /** Main key, hex, of the person looked for. */
  readonly key: string
  /** Comes back in the answer, so that nobody else can give it. */
  readonly random: string
}

export const LocationRequest: Codec<LocationRequest> = struct<LocationRequest>({ key: text, random: text })

/** Travels as the data of a PING in place of a status. */
export interface LocationAnswer {
  readonly key: string
  readonly address: string
  readonly random: string
}

export const LocationAnswer: Codec<LocationAnswer> = struct<LocationAnswer>({ key: text, address: text, random: text })
