import { CodecError, formatMxAddress, fromHex, ObjectError, parseMxAddress, toHex } from '@minipolis/minima'
import { isDialable } from '../peers/peer-address.ts'
import { MaximaError } from './maxima-error.ts'
import { PUBLIC_KEY_BYTES_MAX } from './rsa.ts'

/** Whom to send to, and to which node. */
export interface MaximaAddress {
  /** The key that a message is sealed for, DER. */
  readonly key: Uint8Array
  readonly host: string
  readonly port: number
}

/** Longest address text; one with a 1024-bit key takes about 290 characters. */
export const ADDRESS_LENGTH_MAX = 1200
const HOST_PATTERN = /^[\w.-]+$/

export const formatMaximaAddress = ({ key, host, port }: MaximaAddress): string =>
  `${formatMxAddress(key)}@${host}:${port}`

/**
 * Reads `Mx…@host:port` or `0x…@host:port`, split as the reference splits it, so that IPv6 hosts are impossible.
 *
 * @throws MaximaError `bad-address`
 */
export function parseMaximaAddress(text: string): MaximaAddress {
  const at = text.indexOf('@')
  const colon = text.indexOf(':')
  const host = text.slice(at + 1, colon)
  const port = Number(text.slice(colon + 1))
  const isWhole = at > 0 && colon > at && /^\d{1,5}$/.test(text.slice(colon + 1))
  if (text.length > ADDRESS_LENGTH_MAX || !isWhole || !HOST_PATTERN.test(host) || !isDialable({ host, port })) {
    throw badAddress(text)
  }
  return { key: parseKey(text.slice(0, at), text), host, port }
}

/** Undefined where `parseMaximaAddress` throws. */
export function readMaximaAddress(text: string): MaximaAddress | undefined {
  try {
    return parseMaximaAddress(text)
  } catch (error) {
    if (error instanceof MaximaError) return undefined
    throw error
  }
}

/** The test by which commands of the reference refuse an address. Source: spec 07 section 2 */
export const looksLikeAddress = (text: string): boolean =>
  text.startsWith('Mx') && text.includes('@') && text.includes(':')

/** A person that can be asked for at a location service, whatever its address is at the moment. */
export interface PermanentAddress {
  /** Main key, DER. */
  readonly key: Uint8Array
  /** Address of the location service. */
  readonly service: MaximaAddress
}

export const PERMANENT_START = 'MAX#'

export const formatPermanentAddress = ({ key, service }: PermanentAddress): string =>
  `${PERMANENT_START}${toHex(key)}#${formatMaximaAddress(service)}`

/** Reads `MAX#0x…#Mx…@host:port`. @throws MaximaError `bad-address` */
export function parsePermanentAddress(text: string): PermanentAddress {
  const end = text.indexOf('#', PERMANENT_START.length)
  if (!text.startsWith(PERMANENT_START) || end < 0 || text.length > 2 * ADDRESS_LENGTH_MAX) throw badAddress(text)
  return {
    key: parseKey(text.slice(PERMANENT_START.length, end), text),
    service: parseMaximaAddress(text.slice(end + 1)),
  }
}

function parseKey(text: string, whole: string): Uint8Array {
  try {
    const key = /^mx/i.test(text) ? parseMxAddress(text) : fromHex(text)
    if (key.length > 0 && key.length <= PUBLIC_KEY_BYTES_MAX) return key
  } catch (error) {
    if (!(error instanceof CodecError || error instanceof ObjectError)) throw error
  }
  throw badAddress(whole)
}

/** Characters of a wrong text that its error repeats. */
const SHOWN_LENGTH = 60

const badAddress = (text: string): MaximaError =>
  new MaximaError(
    'bad-address',
    `${JSON.stringify(text.slice(0, SHOWN_LENGTH))} is no Maxima address; it has the form Mx…@host:port`,
  )
