import { type Codec, CoinProof, data, IBD, list, type MiniNumber, miniNumber, struct, text } from '@minipolis/minima'

/** Asks for a chain and the coins of given addresses and keys. Source: spec 06 section 6.5 */
export interface MegaMMRSyncRequest {
  readonly version: MiniNumber
  readonly addresses: readonly Uint8Array[]
  readonly publicKeys: readonly Uint8Array[]
}

/** Smallest written form of a byte string. */
const DATA_BYTES_MIN = 4
const hexes = list(data, { sizeMin: DATA_BYTES_MIN })

export const MegaMMRSyncRequest: Codec<MegaMMRSyncRequest> = struct<MegaMMRSyncRequest>({
  version: miniNumber,
  addresses: hexes,
  publicKeys: hexes,
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
