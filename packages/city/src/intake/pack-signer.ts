import type { Ed25519 } from '../crypto/index.ts'
import type { SigningKey } from '../identity/index.ts'
import type { Reading } from '../streams/index.ts'
import type { Pack } from './pack.ts'
import type { PackSealer } from './pack-seal.ts'

/** Where a stream stands for its signer. */
export interface StreamPosition {
  /** Sequence of the last reading signed; 0 before the first. */
  readonly sequence: number
  /** Id of the last pack signed, 64 hex digits; `null` before the first. */
  readonly pack: string | null
}

export interface PackSignerOptions {
  readonly device: string
  readonly stream: string
  readonly unit: string
  readonly key: SigningKey
  /** The stream's start when absent. */
  readonly position?: StreamPosition
}

export interface PackSignerParts {
  readonly sealer: PackSealer
  readonly ed25519: Ed25519
}

/**
 * The side of the device or gateway: numbers the readings of one stream, chains their packs and signs them. Its position is
 * what a device keeps over a restart.
 */
export class PackSigner {
  readonly #options: PackSignerOptions
  readonly #parts: PackSignerParts
  #position: StreamPosition

  constructor(options: PackSignerOptions, parts: PackSignerParts) {
    this.#options = options
    this.#parts = parts
    this.#position = options.position ?? { sequence: 0, pack: null }
  }

  get position(): StreamPosition {
    return this.#position
  }

  /** Signs 1 to 1,000 readings as the stream's next pack and moves on behind it. The readings must not change afterwards. */
  sign(readings: readonly Reading[]): Pack {
    const { device, stream, unit, key } = this.#options
    const { sealer, ed25519 } = this.#parts
    const { sequence, pack: previous } = this.#position
    const unsigned = { device, stream, key: key.id, unit, first: sequence + 1, previous, readings }
    const seal = sealer.seal(unsigned)
    const pack = { ...unsigned, signature: ed25519.sign(seal.headerBytes, key.secret) }
    sealer.keep(pack, seal)
    this.#position = { sequence: sequence + readings.length, pack: seal.idHex }
    return pack
  }
}
