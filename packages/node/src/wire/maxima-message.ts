import { type Codec, data, map, miniByte, struct, TxPoW, text } from '@minipolis/minima'
import { WireError } from './wire-error.ts'

/** Largest frame content of a MAXIMA_CTRL message. */
export const MAXIMA_CTRL_BYTES_MAX = 65_535

/**
 * `id`: the connecting side tells by which key it can be reached over this link; `mls`: the listening side tells its address.
 * Other kinds are read and mean nothing. Source: spec 07 section 5.2
 */
export const MAXIMA_CTRL = { id: 0, mls: 1 } as const

export interface MaximaCtrl {
  /** 0 to 255, see `MAXIMA_CTRL`. */
  readonly kind: number
  readonly value: Uint8Array
}

export const MaximaCtrl: Codec<MaximaCtrl> = map(
  struct<MaximaCtrl>({ kind: miniByte, value: data }),
  (ctrl) => {
    if (ctrl.value.length <= MAXIMA_CTRL_BYTES_MAX) return ctrl
    throw new WireError('message-limit', `a Maxima control value of ${ctrl.value.length} bytes`)
  },
  (ctrl) => ctrl,
)

/** A sealed message and the key it is sealed for. */
export interface MaximaPackage {
  readonly version: string
  /** Public key, DER. */
  readonly to: Uint8Array
  readonly sealed: Uint8Array
}

export const MaximaPackage: Codec<MaximaPackage> = struct<MaximaPackage>({ version: text, to: data, sealed: data })

/** A package with the work done for it. Source: minima-global/Minima: src/org/minima/system/network/maxima/message/MaxTxPoW.java */
export interface MaxTxPoW {
  readonly version: string
  readonly package: MaximaPackage
  readonly txpow: TxPoW
}

export const MaxTxPoW: Codec<MaxTxPoW> = struct<MaxTxPoW>({ version: text, package: MaximaPackage, txpow: TxPoW })

/** What a PING tells the sender of a Maxima message. */
export const MAXIMA_STATUS = { fail: 0, ok: 1, unknown: 2, tooBig: 3, wrongHash: 4 } as const
