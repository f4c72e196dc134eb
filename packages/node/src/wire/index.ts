export { encodeFrame, FRAME_CONTENT_MAX, type Frame, LENGTH_BYTES } from './frame.ts'
export { anyFrame, DEFAULT_SIZES, frameBytes, frameLimits, type SizeSettings } from './frame-limits.ts'
export { type FrameLimit, FrameSplitter } from './frame-splitter.ts'
export { CASCADE_NODES_MAX, IbdReader, TXBLOCK_BYTES_MAX } from './ibd-reader.ts'
export { MAXIMA_CTRL, MAXIMA_STATUS, MaximaCtrl, MaximaPackage, MaxTxPoW } from './maxima-message.ts'
export { MegaMMRSyncRequest, MegaMMRSyncResponse, RESYNC_NAMES_MAX, readCoinProofs } from './mega-mmr-message.ts'
export {
  decodeMessage,
  encodeMessage,
  encodePayload,
  GREETING_IDS_MAX,
  type Message,
  type MessageName,
  type MessageValue,
  messageFrame,
  messageName,
  messageType,
  PULSE_IDS_MAX,
} from './message.ts'
export {
  P2P_ADDRESSES_MAX,
  P2P_PATH_MAX,
  type P2PAddress,
  type P2PMessage,
  type P2PNeighbourhood,
  type P2PWalk,
  parseP2P,
  printP2P,
} from './p2p-message.ts'
export { WireError, type WireErrorCode } from './wire-error.ts'
