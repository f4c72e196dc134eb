import { createMerkleHash, formatPack, PackSealer, PackSigner, signingKey, toLowerHex } from '@minipolis/city'
import { nodeEd25519, nodeSha256 } from '@minipolis/server'
import type { Sender } from './senders.ts'
import type { ServedCity } from './serve-city.ts'

const UNIT = '[mi_i]/h'
const sealer = new PackSealer(nodeSha256, createMerkleHash(nodeSha256))

/** A device with its connection: signs packs of one reading each. */
export interface DeviceLane {
  readonly sender: Sender
  sign(count: number): Buffer[]
}

/** Enrols devices and opens a connection for each. */
export const deviceLanes = (
  city: ServedCity,
  names: readonly string[],
  open: (device: string) => Promise<Sender>,
): Promise<DeviceLane[]> => Promise.all(names.map((name) => deviceLane(city, name, open)))

async function deviceLane(
  city: ServedCity,
  device: string,
  open: (device: string) => Promise<Sender>,
): Promise<DeviceLane> {
  const signer = await enrol(city, device)
  return {
    sender: await open(device),
    sign: (count) =>
      Array.from({ length: count }, (_, at) =>
        Buffer.from(formatPack(signer.sign([{ timeMs: Date.now(), value: `${50 + (at % 20)}.25` }]))),
      ),
  }
}

async function enrol({ url, token }: ServedCity, device: string): Promise<PackSigner> {
  const key = signingKey(nodeSha256(new TextEncoder().encode(device)), nodeEd25519)
  const answer = await fetch(`${url}/v1/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      device,
      publicKey: toLowerHex(key.publicKey),
      notBefore: '2020-01-01T00:00:00.000Z',
      streams: [{ id: device, unit: UNIT }],
    }),
  })
  if (!answer.ok) throw new RangeError(`enrolment was refused: ${await answer.text()}`)
  return new PackSigner({ device, stream: device, unit: UNIT, key }, { sealer, ed25519: nodeEd25519 })
}
