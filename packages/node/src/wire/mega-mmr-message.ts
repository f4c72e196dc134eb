import {
  type Codec,
  CoinProof,
  data,
  IBD,
  list,
  type MiniNumber,
  map,
  miniNumber,
  type Reader,
  readCount,
  struct,
  text,
} from '@minipolis/minima'
import { WireError } from './wire-error.ts'

/** Asks for a chain and the coins of given addresses and keys. Source: spec 06 section 6.5 */
export interface MegaMMRSyncRequest {
  readonly version: MiniNumber
  readonly addresses: readonly Uint8Array[]
  readonly publicKeys: readonly Uint8Array[]
}

/** Addresses, and keys, of one request: wallets have 64 of each at first. */
export const RESYNC_NAMES_MAX = 10_000
/** Coins of one answer. */
export const RESYNC_COINS_MAX = 100_000

/** Smallest written form of a byte string. */
const DATA_BYTES_MIN = 4
const names = map(
  list(data, { sizeMin: DATA_BYTES_MIN }),
  (value) => {
    if (value.length <= RESYNC_NAMES_MAX) return value
    throw new WireError('message-limit', `a resync for ${value.length} addresses or keys, at most ${RESYNC_NAMES_MAX}`)
  },
  (value) => value,
)

export const MegaMMRSyncRequest: Codec<MegaMMRSyncRequest> = struct<MegaMMRSyncRequest>({
  version: miniNumber,
  addresses: names,
  publicKeys: names,
})

export interface MegaMMRSyncResponse {
  readonly version: MiniNumber
  readonly ibd: IBD
  readonly coins: readonly CoinProof[]
  /** `ip:port,ip:port` */
  readonly peers: string
}

export const MegaMMRSyncResponse: Codec<MegaMMRSyncResponse> = struct<MegaMMRSyncResponse>({
  version: miniNumber,
  ibd: IBD,
  coins: list(CoinProof),
  peers: text,
})

/** Reads the coin proofs of an answer one by one, and then the peers. @throws CodecError, WireError `message-limit` */
export function* readCoinProofs(r: Reader): Generator<CoinProof> {
  const count = readCount(r)
  if (count > Math.min(RESYNC_COINS_MAX, r.remaining)) {
    throw new WireError('message-limit', `a resync with ${count} coins, at most ${RESYNC_COINS_MAX}`)
  }
  for (let i = 0; i < count; i++) yield CoinProof.read(r)
}
