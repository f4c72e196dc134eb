import {
  bigIntToBytes,
  cleanSeedPhrase,
  data,
  encode,
  formatMxAddress,
  fromHex,
  hashObjects,
  Reader,
  Signature,
  seedOfPhrase,
  seedRandom,
  seedWords,
  sha2_256,
  sha3_256,
  signedByAddress,
  signedByScript,
  signWinternitz,
  TreeKey,
  text,
  utf8,
  verifyTreeSignature,
  verifyWinternitz,
  walletPrivateSeed,
  winternitzPrivateKey,
  winternitzPublicKey,
} from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import { type Computed, hexOf, isRefused, validity } from '../check-case.ts'
import type { Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'

/** One-time signatures. */
export const winternitzKind = caseKind('winternitz', {
  keygen: (c) => {
    const seed = c.bytes('seed')
    const starts = winternitzPrivateKey(seed)
    return { chain0: starts[0], chain1: starts[1], chain33: starts[33], publickey: winternitzPublicKey(seed) }
  },
  sign: (c) => {
    c.get('digitsum')
    return {
      publickey: winternitzPublicKey(c.bytes('seed')),
      signature: signWinternitz(c.bytes('seed'), c.bytes('message')),
    }
  },
  verify: (c) =>
    validity(
      c,
      verifyWinternitz({
        publicKey: c.bytes('publickey'),
        message: c.bytes('message'),
        signature: c.bytes('signature'),
      }),
    ),
})

/** Recordings of one file use few keys many times, and the nodes of a key of 64 × 3 uses are worth a second. */
const TREE_KEYS_MAX = 64
const treeKeys = new Map<string, TreeKey>()

const treeKeyOf = (c: Recorded): TreeKey => {
  const shape = { keysPerLevel: c.number('keys'), levels: c.number('levels') }
  const name = `${c.text('seed')} ${shape.keysPerLevel} ${shape.levels}`
  const key = treeKeys.get(name) ?? new TreeKey(c.bytes('seed'), shape)
  if (treeKeys.size >= TREE_KEYS_MAX) treeKeys.clear()
  treeKeys.set(name, key)
  return key
}

/**
 * At the end of its counter the reference starts over at use 0, which gives one-time keys away. The project refuses, so the
 * refusal is checked, and that use 0 signs what the reference recorded.
 */
const useOf = (c: Recorded, key: TreeKey): number => {
  const use = c.number('uses')
  if (use < key.usesMax) return use
  if (!isRefused(() => key.signAt(use, c.bytes('message')))) {
    throw new VectorError('mismatch', `use ${use} of ${key.usesMax} was signed: one-time keys would be used again`)
  }
  return use % key.usesMax
}

/** Trees of one-time keys. */
export const treekeyKind = caseKind('treekey', {
  create: (c) => {
    const key = treeKeyOf(c)
    return { publickey: key.publicKey, maxuses: key.usesMax }
  },
  sign: (c) => {
    const key = treeKeyOf(c)
    const use = useOf(c, key)
    const signature = key.signAt(use, c.bytes('message'))
    const written = encode(Signature, signature)
    return {
      publickey: key.publicKey,
      usesAfter: use + 1,
      signature: written,
      signatureSha3: sha3_256(written),
      length: written.length,
      onetimekeys: signature.proofs.map(({ publicKey }) => hexOf(publicKey)),
    }
  },
  verify: (c) =>
    validity(
      c,
      verifyTreeSignature(c.bytes('publickey'), c.bytes('message'), Signature.read(new Reader(c.bytes('signature')))),
    ),
})

const walletKey = (seed: Uint8Array, recorded: Recorded): Computed => {
  const n = recorded.number('n')
  const privateSeed = walletPrivateSeed(seed, n)
  const computed: Record<string, unknown> = { n, private: hexOf(privateSeed) }
  if (recorded.has('modifier')) computed.modifier = hexOf(bigIntToBytes(BigInt(n)))
  if (recorded.has('publickey')) {
    const { publicKey } = new TreeKey(privateSeed)
    const address = signedByAddress(publicKey)
    computed.publickey = hexOf(publicKey)
    computed.script = signedByScript(publicKey)
    computed.address = hexOf(address)
    computed.miniaddress = formatMxAddress(address)
  }
  return computed
}

const walletKeys = (c: Recorded): Computed => {
  const seed = seedOfPhrase(c.text('phrase'))
  return { seed, keys: c.records('keys').map((recorded) => walletKey(seed, recorded)) }
}

/** Keeps the hash of a modifier apart from any other hash. */
const MODIFIER_MARK = fromHex('0xDEADDEAD')

/** Word phrases and what a wallet makes of them. */
export const seedphraseKind = caseKind('seedphrase', {
  wordlist: () => {
    const lines = utf8(`${seedWords().join('\n')}\n`)
    return { words: seedWords().length, sha256OfLines: sha2_256(lines), sha3OfLines: sha3_256(lines) }
  },
  clean: (c) => {
    const cleaned = cleanSeedPhrase(c.text('phrase'))
    return { cleaned, seed: seedOfPhrase(cleaned) }
  },
  seed: (c) => ({ seed: seedOfPhrase(c.text('phrase')) }),
  privatekeys: walletKeys,
  wallet: walletKeys,
  seedrandom: (c) => ({
    modifierhash: hashObjects([data, encode(text, c.text('modifier'))], [data, MODIFIER_MARK]),
    result: seedRandom(c.bytes('seed'), c.text('modifier')),
  }),
})
