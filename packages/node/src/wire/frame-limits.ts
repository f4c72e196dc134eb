import { FRAME_CONTENT_MAX, type Frame } from './frame.ts'
import type { FrameLimit } from './frame-splitter.ts'
import { type MessageName, messageName } from './message.ts'

const KB = 1024
const ID_FRAME_BYTES = 96
/** A type that the protocol does not have is skipped, as long as it is short. */
const UNKNOWN_TYPE_BYTES = 64 * KB
/** An answer that was not asked for: an empty one is harmless. */
const UNEXPECTED_BYTES = 64 * KB
/** Work, witness and scripts of a unit beyond the size rule, which counts listed ids less than they take. */
const TXPOW_SLACK_BYTES = 16 * KB

/** Largest frame of a chain download; the protocol's own limit unless a node sets less. */
export interface SizeSettings {
  /** Bytes of the largest IBD, IBD response or archive answer. */
  readonly ibdBytesMax: number
  /** Bytes that a TxPoW may have by the chain's magic numbers. */
  readonly txpowBytesMax: number
}

export const DEFAULT_SIZES: SizeSettings = { ibdBytesMax: FRAME_CONTENT_MAX, txpowBytesMax: 64 * KB }

/** Listed ids take 36 bytes and count 4: with the chain's smallest limit of 256 transactions that is 8 KB. */
const LISTED_IDS_BYTES = 12 * KB

const limits: Readonly<Record<Exclude<MessageName, LargeAnswer>, number>> = {
  greeting: 256 * KB,
  txpowId: ID_FRAME_BYTES,
  txpowRequest: ID_FRAME_BYTES,
  txpow: 0,
  text: 4 * KB,
  pulse: 48 * KB,
  p2p: 64 * KB,
  ping: 4 * KB,
  maximaCtrl: 64 * KB,
  maximaTxPoW: 512 * KB,
  singlePing: 256,
  singlePong: 64 * KB,
  ibdRequest: 128 * KB,
  archiveRequest: 64,
  archiveSingleRequest: 64,
  txblockId: ID_FRAME_BYTES,
  txblockRequest: ID_FRAME_BYTES,
  txblock: UNEXPECTED_BYTES,
  txblockMine: 0,
  megaMMRSyncRequest: 1024 * KB,
}

type LargeAnswer = 'ibd' | 'ibdResponse' | 'archiveData' | 'megaMMRSyncResponse'

/**
 * Largest content per message type, type byte included. Answers of any size are read only while `isExpected` says so.
 * Source: spec 06 section 13.4
 */
export function frameLimits(
  { ibdBytesMax, txpowBytesMax }: SizeSettings,
  isExpected: (name: MessageName) => boolean,
): FrameLimit {
  const unit = txpowBytesMax + LISTED_IDS_BYTES + TXPOW_SLACK_BYTES
  return (type) => {
    const name = messageName(type)
    switch (name) {
      case undefined:
        return UNKNOWN_TYPE_BYTES
      case 'ibd':
      case 'ibdResponse':
      case 'archiveData':
      case 'megaMMRSyncResponse':
        return isExpected(name) ? ibdBytesMax : UNEXPECTED_BYTES
      case 'txpow':
      case 'txblockMine':
        return unit
      default:
        return limits[name]
    }
  }
}

/** Whatever the protocol allows, for reading recordings. */
export const anyFrame: FrameLimit = () => FRAME_CONTENT_MAX

/** Bytes that a frame takes on the wire. */
export const frameBytes = ({ payload }: Frame): number => payload.length + 5
