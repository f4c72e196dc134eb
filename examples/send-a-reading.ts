/*
 * A device without any library of ours: makes an Ed25519 key, has it certified, signs a pack of readings by hand and sends it.
 *
 *   node examples/send-a-reading.ts http://127.0.0.1:8080 ADMIN_TOKEN
 *
 * The token is in the data folder's server.json while the server runs. Formats: docs/evidence-format.md.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'

const [city, token] = process.argv.slice(2)
if (city === undefined || token === undefined) {
  console.error('usage: node examples/send-a-reading.ts URL ADMIN_TOKEN')
  process.exit(2)
}

/** JSON with sorted keys and no blanks (RFC 8785): enough for texts, whole numbers and null. */
const canonical = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? `{${Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
        .join(',')}}`
    : JSON.stringify(value)

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Root of a Merkle tree as in RFC 6962: leaves are hashed already, the left side is the greatest power of two that fits. */
const rootOf = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length === 1) return leaves[0]!
  const left = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)))
}

const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> => {
  const response = await fetch(`${city}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new TypeError(`the city answered ${response.status}: ${await response.text()}`)
  return response.json()
}

// A key of our own. The raw public key is the last 32 bytes of its DER form.
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const rawPublicKey = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
const keyId = sha256(rawPublicKey).toString('hex').slice(0, 16)

const device = `thermometer-${keyId}`
const stream = `${device}/air`
const unit = 'Cel'

// The city's authority certifies the key, from now on. Whoever runs the city does this once for each device.
const admin = { authorization: `Bearer ${token}` }
const notBefore = new Date(Date.now() - 60_000).toISOString()
await post(
  '/v1/devices',
  { device, publicKey: rawPublicKey.toString('hex'), notBefore, streams: [{ id: stream, unit }] },
  admin,
)

// Three readings under one signature: each is a leaf, the header names the root over them.
const readings = ['18.5', '18.75', '19.0'].map((value, at) => ({
  time: new Date(Date.now() - 3_000 + at * 1_000).toISOString(),
  value,
}))
const first = 1
const leaves = readings.map((reading, at) =>
  sha256(Uint8Array.of(0), canonical({ sequence: first + at, stream, ...reading })),
)
const header = canonical({
  count: readings.length,
  device,
  first,
  key: keyId,
  previous: null,
  root: rootOf(leaves).toString('hex'),
  stream,
  type: 'minipolis-pack/1',
  unit,
})
const signature = sign(null, Buffer.from(header), privateKey).toString('base64')

const receipt = await post('/v1/packs', {
  device,
  stream,
  key: keyId,
  unit,
  first,
  previous: null,
  readings,
  signature,
})
console.log(JSON.stringify(receipt))
console.log(
  `the next pack of ${stream} begins with ${first + readings.length} and names ${sha256(header).toString('hex')}`,
)
