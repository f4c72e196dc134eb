import { type Sha256, toLowerHex } from '../crypto/index.ts'
import { CompactRange, HashList, type MerkleHash } from '../log/index.ts'
import { type PackHeader, packHeaderText, type Reading, readingEntry } from '../streams/index.ts'
import type { Pack } from './pack.ts'

/** What follows from a pack's readings: the bytes its signature covers, and the leaves it adds to the log. */
export interface PackSeal {
  /** Hashes of the readings' entries, 32 bytes each. */
  readonly leafHashes: HashList
  /** Canonical JSON: the signed text. */
  readonly header: string
  /** `header` in UTF-8. */
  readonly headerBytes: Uint8Array
  /** Pack id, 32 bytes: SHA-256 of the header. */
  readonly id: Uint8Array
  /** The same as 64 hex digits. */
  readonly idHex: string
}

export type UnsignedPack = Omit<Pack, 'signature'>

/** Room for the UTF-8 of nearly every entry: encoding into it is ten times as fast as encoding into new memory. */
const SCRATCH_BYTES = 4_096

/** Makes seals with the SHA-256 it is given; a server's is about three times as fast as the portable one. */
export class PackSealer {
  readonly #sha256: Sha256
  readonly #merkle: MerkleHash
  readonly #encoder = new TextEncoder()
  readonly #scratch = new Uint8Array(SCRATCH_BYTES)
  /** A pack signed in this process comes back to be checked: nothing in it can change, so its seal is made once. */
  readonly #sealed = new WeakMap<UnsignedPack, PackSeal>()

  constructor(sha256: Sha256, merkle: MerkleHash) {
    this.#sha256 = sha256
    this.#merkle = merkle
  }

  /** The pack must be well-formed, as `parsePack` gives it. */
  seal(pack: UnsignedPack): PackSeal {
    return this.#sealed.get(pack) ?? this.#make(pack)
  }

  /** Notes the seal of a pack, made of exactly what the pack holds. */
  keep(pack: Pack, seal: PackSeal): void {
    this.#sealed.set(pack, seal)
  }

  #make(pack: UnsignedPack): PackSeal {
    const leafHashes = this.#leafHashes(pack.stream, pack.first, pack.readings)
    const tree = CompactRange.empty(this.#merkle)
    for (const hash of leafHashes) tree.push(hash)
    const { device, stream, key, unit, first, previous } = pack
    const count = pack.readings.length
    const fields: PackHeader = { count, device, first, key, previous, root: toLowerHex(tree.root()), stream, unit }
    const header = packHeaderText(fields)
    const headerBytes = this.#encoder.encode(header)
    const id = this.#sha256(headerBytes)
    return { leafHashes, header, headerBytes, id, idHex: toLowerHex(id) }
  }

  #leafHashes(stream: string, first: number, readings: readonly Reading[]): HashList {
    // The leaf's prefix byte 0 goes in as a character: one pass over the entry instead of two.
    return HashList.from(readings.length, (at) =>
      this.#sha256(this.#utf8(`\0${readingEntry(stream, first + at, readings[at]!)}`)),
    )
  }

  /** Valid until the next call. */
  #utf8(text: string): Uint8Array {
    if (text.length * 3 > SCRATCH_BYTES) return this.#encoder.encode(text)
    return this.#scratch.subarray(0, this.#encoder.encodeInto(text, this.#scratch).written)
  }
}
