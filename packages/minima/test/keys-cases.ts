import {
  concatBytes,
  data,
  decode,
  encode,
  fromHex,
  miniByte,
  miniNumber,
  text,
  toHex,
  utf8,
} from '../src/codec/index.ts'
import { hashObjects, sha2_256, sha3_256 } from '../src/hash/index.ts'
import {
  cleanSeedPhrase,
  seedOfPhrase,
  seedRandom,
  seedWords,
  signedByAddress,
  signedByScript,
  signWinternitz,
  TreeKey,
  verifyTreeSignature,
  verifyWinternitz,
  walletPrivateSeed,
  winternitzPrivateKey,
  winternitzPublicKey,
} from '../src/keys/index.ts'
import { MiniNumber } from '../src/number/index.ts'
import { formatMxAddress, Signature } from '../src/objects/index.ts'

/** A recorded case: what went in and what the reference answered, side by side. */
export interface RecordedCase {
  readonly name: string
  readonly op: string
  readonly expect: 'ok' | 'reject'
  readonly [field: string]: unknown
}

export interface RecordedFile {
  readonly kind: string
  readonly cases: readonly RecordedCase[]
}

/** The fields of an answer that a case may name. */
type Answer = Readonly<Record<string, unknown>>

const textOf = (recorded: RecordedCase, field: string): string => String(recorded[field])
const bytesOf = (recorded: RecordedCase, field: string): Uint8Array => fromHex(textOf(recorded, field))
const numberOf = (recorded: RecordedCase, field: string): number => Number(recorded[field])
const hex = (bytes: Uint8Array): string => toHex(bytes)

interface ObjectPart {
  readonly type: 'data' | 'number' | 'string' | 'byte'
  readonly value: string | number
}

function encodePart({ type, value }: ObjectPart): Uint8Array {
  switch (type) {
    case 'data':
      return encode(data, fromHex(String(value)))
    case 'number':
      return encode(miniNumber, MiniNumber.parse(String(value)))
    case 'string':
      return encode(text, String(value))
    case 'byte':
      return encode(miniByte, Number(value))
  }
}

const raw = {
  read: (): Uint8Array => new Uint8Array(),
  write: (w: { raw(bytes: Uint8Array): void }, value: Uint8Array) => w.raw(value),
}

const hashes: Record<string, (recorded: RecordedCase) => Answer> = {
  sha3: (recorded) => ({ hash: hex(sha3_256(bytesOf(recorded, 'data'))) }),
  sha2: (recorded) => ({ hash: hex(sha2_256(bytesOf(recorded, 'data'))) }),
  object: (recorded) => {
    const parts = (recorded.parts as ObjectPart[]).map(encodePart)
    return {
      preimage: hex(concatBytes(...parts)),
      hash: hex(hashObjects(...parts.map((part) => [raw, part] as const))),
    }
  },
}

const winternitz: Record<string, (recorded: RecordedCase) => Answer> = {
  keygen: (recorded) => {
    const seed = bytesOf(recorded, 'seed')
    const starts = winternitzPrivateKey(seed)
    return {
      chain0: hex(starts[0]!),
      chain1: hex(starts[1]!),
      chain33: hex(starts[33]!),
      publickey: hex(winternitzPublicKey(seed)),
    }
  },
  sign: (recorded) => {
    const seed = bytesOf(recorded, 'seed')
    return {
      publickey: hex(winternitzPublicKey(seed)),
      signature: hex(signWinternitz(seed, bytesOf(recorded, 'message'))),
    }
  },
  verify: (recorded) => {
    const [publicKey, message, signature] = ['publickey', 'message', 'signature'].map((f) => bytesOf(recorded, f))
    return { valid: verifyWinternitz({ publicKey: publicKey!, message: message!, signature: signature! }) }
  },
}

/** Keys are kept between cases: the nodes of a 64 × 3 key are worth their second. */
const treeKeys = new Map<string, TreeKey>()
function treeKeyOf(recorded: RecordedCase): TreeKey {
  const shape = { keysPerLevel: numberOf(recorded, 'keys'), levels: numberOf(recorded, 'levels') }
  const name = `${textOf(recorded, 'seed')} ${shape.keysPerLevel} ${shape.levels}`
  const known = treeKeys.get(name) ?? new TreeKey(bytesOf(recorded, 'seed'), shape)
  treeKeys.set(name, known)
  return known
}

const treekey: Record<string, (recorded: RecordedCase) => Answer> = {
  create: (recorded) => {
    const key = treeKeyOf(recorded)
    return { publickey: hex(key.publicKey), maxuses: key.usesMax }
  },
  sign: (recorded) => {
    const key = treeKeyOf(recorded)
    const use = numberOf(recorded, 'uses')
    const signature = key.signAt(use, bytesOf(recorded, 'message'))
    const wire = encode(Signature, signature)
    return {
      publickey: hex(key.publicKey),
      usesAfter: use + 1,
      signature: hex(wire),
      signatureSha3: hex(sha3_256(wire)),
      length: wire.length,
      onetimekeys: signature.proofs.map((proof) => hex(proof.publicKey)),
    }
  },
  verify: (recorded) => ({
    valid: verifyTreeSignature(
      bytesOf(recorded, 'publickey'),
      bytesOf(recorded, 'message'),
      decode(Signature, bytesOf(recorded, 'signature')),
    ),
  }),
}

const walletKey = (seed: Uint8Array, number: number, withPublicKey: boolean): Answer => {
  const privateSeed = walletPrivateSeed(seed, number)
  if (!withPublicKey) return { private: hex(privateSeed) }
  const { publicKey } = new TreeKey(privateSeed)
  const address = signedByAddress(publicKey)
  return {
    private: hex(privateSeed),
    publickey: hex(publicKey),
    script: signedByScript(publicKey),
    address: hex(address),
    miniaddress: formatMxAddress(address),
  }
}

const walletKeys = (recorded: RecordedCase, withPublicKey: boolean): Answer => {
  const seed = seedOfPhrase(textOf(recorded, 'phrase'))
  const keys = (recorded.keys as { n: number }[]).map((key) => ({ ...key, ...walletKey(seed, key.n, withPublicKey) }))
  return { seed: hex(seed), keys }
}

const seedphrase: Record<string, (recorded: RecordedCase) => Answer> = {
  wordlist: () => {
    const lines = utf8(`${seedWords().join('\n')}\n`)
    return { words: seedWords().length, sha256OfLines: hex(sha2_256(lines)), sha3OfLines: hex(sha3_256(lines)) }
  },
  clean: (recorded) => {
    const cleaned = cleanSeedPhrase(textOf(recorded, 'phrase'))
    return { cleaned, seed: hex(seedOfPhrase(cleaned)) }
  },
  seed: (recorded) => ({ seed: hex(seedOfPhrase(textOf(recorded, 'phrase'))) }),
  privatekeys: (recorded) => walletKeys(recorded, false),
  wallet: (recorded) => walletKeys(recorded, true),
  seedrandom: (recorded) => ({
    result: hex(seedRandom(bytesOf(recorded, 'seed'), textOf(recorded, 'modifier'))),
  }),
}

/** What this implementation answers to the cases of each recorded file about hashes and keys. */
export const answers: Readonly<Record<string, Readonly<Record<string, (recorded: RecordedCase) => Answer>>>> = {
  hashes,
  winternitz,
  treekey,
  seedphrase,
}
