import {
  type Codec,
  concatBytes,
  data,
  encode,
  type MiniNumber,
  miniNumber,
  sha3_256,
  struct,
  text,
  Writer,
} from '@minipolis/minima'
import { MaximaPackage } from '../wire/index.ts'

/** The plain content. Source: minima-global/Minima: src/org/minima/system/network/maxima/message/MaximaMessage.java */
export interface MaximaMessage {
  /** 32 random bytes. */
  readonly random: Uint8Array
  /** Main public key of the sender, DER. */
  readonly from: Uint8Array
  /** The key that the message is sealed for, DER. */
  readonly to: Uint8Array
  /** Milliseconds since 1970. */
  readonly time: MiniNumber
  readonly application: string
  readonly data: Uint8Array
}

export const MaximaMessage: Codec<MaximaMessage> = struct<MaximaMessage>({
  random: data,
  from: data,
  to: data,
  time: miniNumber,
  application: text,
  data,
})

/** What an application sends. */
export interface Content {
  /** Read by the receiver's applications; at most 255 characters. */
  readonly application: string
  readonly data: Uint8Array
}

/** What is signed and sealed. Source: minima-global/Minima: src/org/minima/system/network/maxima/message/MaximaInternal.java */
export interface SignedMessage {
  /** Main public key of the signer, DER. */
  readonly from: Uint8Array
  /** Wire form of a `MaximaMessage`. */
  readonly message: Uint8Array
  /** Over `message`. */
  readonly signature: Uint8Array
}

export const SignedMessage: Codec<SignedMessage> = struct<SignedMessage>({ from: data, message: data, signature: data })

/** A sealed text. Source: minima-global/Minima: src/org/minima/utils/encrypt/CryptoPackage.java */
export interface SealedText {
  /** 16 bytes. */
  readonly iv: Uint8Array
  /** The AES key, encrypted for the recipient. */
  readonly secret: Uint8Array
  readonly ciphertext: Uint8Array
}

export const SealedText: Codec<SealedText> = struct<SealedText>({ iv: data, secret: data, ciphertext: data })

/** Largest wire form of a package that nodes take. */
export const PACKAGE_BYTES_MAX = 262_144
/** Application and data together, when all keys have 1024 bits: what is left of a package. */
export const CONTENT_BYTES_MAX = 261_121
export const RANDOM_BYTES = 32
/** Longest application name; the protocol has no limit of its own. UTF-16 units. */
export const APPLICATION_LENGTH_MAX = 255

/** Applications that nodes answer themselves: listeners never see them. */
export const RESERVED = {
  contact: '**maxima_contact_ctrl**',
  check: '**maxima_check_connect**',
  locationSet: '**maxima_mls_set**',
  locationGet: '**maxima_mls_get**',
} as const
const reservedNames: ReadonlySet<string> = new Set(Object.values(RESERVED))
export const isReserved = (application: string): boolean => reservedNames.has(application)

/** Carries the ids of messages that the receiver's application has: 32 bytes of data, an id. */
export const RECEIPT_APPLICATION = 'minipolis.receipt'

/** Names a message: SHA3-256 over its wire form **with** the 4-byte length before it. Source: spec 07 section 3 */
export function messageId(message: Uint8Array): Uint8Array {
  const w = new Writer()
  data.write(w, message)
  return sha3_256(w.bytes())
}

/** Of the sender and the random part: the same for every attempt to send one message, whatever its address was. 32 bytes. */
export const messageMark = ({ from, random }: Pick<MaximaMessage, 'from' | 'random'>): Uint8Array =>
  sha3_256(concatBytes(from, random))

/** What the custom hash of the work must be: SHA3-256 over the wire form, without a length. Source: spec 07 section 3 */
export const packageHash = (sealed: MaximaPackage): Uint8Array => sha3_256(encode(MaximaPackage, sealed))

/** Bytes of the wire form. */
export const packageBytes = ({ version, to, sealed }: MaximaPackage): number =>
  12 + Buffer.byteLength(version) + to.length + sealed.length
