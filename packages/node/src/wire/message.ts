import {
  type Codec,
  data,
  decode,
  encode,
  Greeting,
  IBD,
  map,
  miniNumber,
  Pulse,
  TxBlock,
  TxPoW,
  type TypeOf,
  text,
} from '@minipolis/minima'
import { encodeFrame, type Frame } from './frame.ts'
import { MaximaCtrl, MaxTxPoW } from './maxima-message.ts'
import { MegaMMRSyncRequest, MegaMMRSyncResponse } from './mega-mmr-message.ts'
import { WireError } from './wire-error.ts'

/** Ids in a greeting: a tree of the main network has 2,147 at most. */
export const GREETING_IDS_MAX = 4096
/** Ids in a pulse: honest ones have up to 512, the reference reads 1,000. */
export const PULSE_IDS_MAX = 1000

const bounded = <T>(codec: Codec<T>, name: string, most: number, count: (value: T) => number): Codec<T> =>
  map(
    codec,
    (value) => {
      if (count(value) <= most) return value
      throw new WireError('message-limit', `a ${name} with ${count(value)} ids, at most ${most}`)
    },
    (value) => value,
  )

/** Every message of the protocol: its number and what its payload holds. Source: spec 06 section 2 */
const messages = {
  greeting: { type: 0, codec: bounded(Greeting, 'greeting', GREETING_IDS_MAX, ({ chain }) => chain.length) },
  ibd: { type: 1, codec: IBD },
  txpowId: { type: 2, codec: data },
  txpowRequest: { type: 3, codec: data },
  txpow: { type: 4, codec: TxPoW },
  text: { type: 5, codec: text },
  pulse: { type: 6, codec: Pulse },
  p2p: { type: 7, codec: text },
  ping: { type: 8, codec: data },
  maximaCtrl: { type: 9, codec: MaximaCtrl },
  maximaTxPoW: { type: 10, codec: MaxTxPoW },
  singlePing: { type: 11, codec: data },
  singlePong: { type: 12, codec: Greeting },
  ibdRequest: { type: 13, codec: TxPoW },
  ibdResponse: { type: 14, codec: IBD },
  archiveRequest: { type: 15, codec: miniNumber },
  archiveData: { type: 16, codec: IBD },
  archiveSingleRequest: { type: 17, codec: miniNumber },
  txblockId: { type: 18, codec: data },
  txblockRequest: { type: 19, codec: data },
  txblock: { type: 20, codec: TxBlock },
  txblockMine: { type: 21, codec: TxPoW },
  megaMMRSyncRequest: { type: 22, codec: MegaMMRSyncRequest },
  megaMMRSyncResponse: { type: 23, codec: MegaMMRSyncResponse },
} as const satisfies Readonly<Record<string, { readonly type: number; readonly codec: Codec<unknown> }>>

export type MessageName = keyof typeof messages
export type MessageValue<N extends MessageName> = TypeOf<(typeof messages)[N]['codec']>

/** A message by its name, with its payload. */
export type Message = { [N in MessageName]: { readonly name: N; readonly value: MessageValue<N> } }[MessageName]

const namesByType: readonly MessageName[] = (Object.keys(messages) as MessageName[]).sort(
  (a, b) => messages[a].type - messages[b].type,
)

/** Undefined for types the protocol does not have. */
export const messageName = (type: number): MessageName | undefined => namesByType[type]

/** Number of the type on the wire. */
export const messageType = (name: MessageName): number => messages[name].type

/**
 * Reads the payload of a frame; bytes after the object are ignored, as in the reference.
 *
 * @throws WireError `unknown-type`, `message-limit`; CodecError
 */
export function decodeMessage({ type, payload }: Frame): Message {
  const name = messageName(type)
  if (name === undefined) throw new WireError('unknown-type', `no message has the type ${type}`, { type })
  const codec: Codec<unknown> = messages[name].codec
  return { name, value: decode(codec, payload) } as Message
}

/** The payload alone. */
export function encodePayload({ name, value }: Message): Uint8Array {
  // The union ties each value to its codec; the compiler cannot follow that through the table.
  const codec = messages[name].codec as Codec<unknown>
  return encode(codec, value)
}

export const messageFrame = (message: Message): Frame => ({
  type: messageType(message.name),
  payload: encodePayload(message),
})

/** The whole frame, length field included. @throws WireError `frame-length` */
export const encodeMessage = (message: Message): Uint8Array => encodeFrame(messageFrame(message))
