import { randomBytes } from 'node:crypto'
import {
  createMerkleHash,
  formatInstant,
  type Pack,
  PackSealer,
  PackSigner,
  type SigningKey,
  type StreamPosition,
  signingKey,
  toLowerHex,
  type UnsignedPack,
} from '@minipolis/city'
import { nodeEd25519, nodeSha256 } from '@minipolis/server'

const sealer = new PackSealer(nodeSha256, createMerkleHash(nodeSha256))

/** Where a server listens, and the token of its owner. */
export interface Door {
  readonly url: string
  readonly adminToken: string
}

export interface StreamForm {
  readonly id: string
  readonly unit: string
  readonly kind?: 'number' | 'text'
  readonly personal?: boolean
}

/** A device with a key of its own, as far as the city sees it: what it signs and sends. */
export class FieldDevice {
  readonly id: string
  readonly key: SigningKey
  readonly unit: string
  readonly #bornMs = Date.now() - 86_400_000

  constructor(id: string, unit = 'W') {
    this.id = id
    this.key = signingKey(new Uint8Array(randomBytes(32)), nodeEd25519)
    this.unit = unit
  }

  /** Has the city certify the key and register streams. */
  async enrol(door: Door, streams: readonly StreamForm[], times: { notBefore?: number; notAfter?: number } = {}) {
    const { notBefore = this.#bornMs, notAfter } = times
    return post(`${door.url}/v1/devices`, {
      token: door.adminToken,
      body: JSON.stringify({
        device: this.id,
        publicKey: toLowerHex(this.key.publicKey),
        notBefore: formatInstant(notBefore),
        ...(notAfter !== undefined && { notAfter: formatInstant(notAfter) }),
        streams,
      }),
    })
  }

  /** Signs the packs of one stream, one behind the other. */
  signer(stream: string, position?: StreamPosition): PackSigner {
    const { id: device, unit, key } = this
    return new PackSigner(
      { device, stream, unit, key, ...(position && { position }) },
      { sealer, ed25519: nodeEd25519 },
    )
  }

  /** Signs anything at all, however wrong. */
  sign(fields: Partial<UnsignedPack> & Pick<UnsignedPack, 'stream' | 'readings'>): Pack {
    const unsigned = { device: this.id, key: this.key.id, unit: this.unit, first: 1, previous: null, ...fields }
    return { ...unsigned, signature: nodeEd25519.sign(sealer.seal(unsigned).headerBytes, this.key.secret) }
  }
}

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Posts a body and reads the answer, JSON or problem+json. */
export async function post(
  url: string,
  {
    body,
    type = 'application/json',
    token,
  }: { readonly body: string | Uint8Array; readonly type?: string; readonly token?: string },
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : Uint8Array.from(body),
    headers: { 'content-type': type, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  })
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: (await response.json()) as Answer['body'],
  }
}
