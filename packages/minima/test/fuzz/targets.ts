import {
  bytesEqual,
  type Codec,
  data,
  decode,
  decodeExact,
  encode,
  fromHex,
  fromUtf8,
  hash,
  miniNumber,
  text,
  toHex,
} from '../../src/codec/index.ts'
import { MinipolisError } from '../../src/errors/minipolis-error.ts'
import {
  addressJson,
  coinJson,
  coinProofJson,
  magicJson,
  mmrEntryJson,
  mmrProofJson,
  scriptProofJson,
  signatureJson,
  simpleStateJson,
  stateVariableJson,
  tokenJson,
  transactionJson,
  txBodyJson,
  txHeaderJson,
  txpowJson,
  witnessJson,
} from '../../src/json/index.ts'
import { MMREntry, MMRProof } from '../../src/mmr/index.ts'
import { MiniNumber } from '../../src/number/index.ts'
import {
  Address,
  blockWeight,
  Cascade,
  Coin,
  CoinProof,
  coinLeaf,
  coinProofPeak,
  Greeting,
  greetingRootBlock,
  IBD,
  isAmountValid,
  isCascadeConsistent,
  Magic,
  nextMagic,
  Pulse,
  parseJson,
  parseMxAddress,
  parseStateVariable,
  printJson,
  ScriptProof,
  Signature,
  SignatureProof,
  StateVariable,
  scriptProofAddress,
  signatureRootKey,
  Token,
  Transaction,
  TxBlock,
  TxBody,
  TxHeader,
  TxPoW,
  tokenId,
  transactionBurn,
  txpowBurn,
  txpowFacts,
  Witness,
} from '../../src/objects/index.ts'

/** Something that takes bytes from strangers. */
export interface FuzzTarget {
  readonly name: string
  /** Recorded types whose bytes it is fed with; those of other types are spliced in. */
  readonly sampleTypes: readonly string[]
  /** Typed errors are right answers. Anything else that is thrown is a finding. */
  run(bytes: Uint8Array): void
}

/** Thrown by a target that got an answer it must not get. */
export class FuzzFinding extends Error {}

/** The value, or undefined where it was refused with a typed error. */
function tolerate<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof MinipolisError) return undefined
    throw error
  }
}

type Use<T> = (value: T) => unknown

/**
 * Reads and writes; what was written must be readable, and from the second writing on nothing may change any more. The first
 * and the second differ for a state number below 10^-44, which is written as 0 with scale 44 and then as 0: recorded so.
 * Then uses the value in every way given, each on its own because each may be refused.
 */
const codecTarget = <T>(
  name: string,
  codec: Codec<T>,
  uses: readonly Use<T>[] = [],
  sampleTypes: readonly string[] = [name],
): FuzzTarget => ({
  name,
  sampleTypes,
  run(bytes) {
    const value = decode(codec, bytes)
    const written = tolerate(() => encode(codec, value))
    if (written !== undefined) {
      const second = rewritten(name, codec, written)
      const third = rewritten(name, codec, second)
      if (!bytesEqual(second, third)) {
        throw new FuzzFinding(`${name}: ${toHex(second)} is written again as ${toHex(third)}`)
      }
    }
    for (const use of uses) tolerate(() => use(value))
  },
})

const rewritten = <T>(name: string, codec: Codec<T>, written: Uint8Array): Uint8Array => {
  const again = tolerate(() => encode(codec, decodeExact(codec, written)))
  if (again === undefined) throw new FuzzFinding(`${name}: what was written cannot be read: ${toHex(written)}`)
  return again
}

const textTarget = (name: string, read: (input: string) => unknown, sampleTypes: readonly string[]): FuzzTarget => ({
  name,
  sampleTypes,
  run: (bytes) => void read(fromUtf8(bytes)),
})

export const fuzzTargets: readonly FuzzTarget[] = [
  codecTarget('minidata', data),
  codecTarget('minihash', hash, [], ['minidata']),
  codecTarget('ministring', text),
  codecTarget(
    'mininumber',
    miniNumber,
    [(value) => value.toString(), (value) => value.sqrt(), (value) => value.asInt()],
    ['decode'],
  ),
  codecTarget('address', Address, [addressJson], ['decode']),
  codecTarget('statevariable', StateVariable, [stateVariableJson]),
  codecTarget('token', Token, [tokenId, tokenJson]),
  codecTarget('coin', Coin, [coinLeaf, coinJson, ({ state }) => simpleStateJson(state)]),
  codecTarget('mmrproof', MMRProof, [mmrProofJson], ['scriptproof', 'coinproof']),
  codecTarget('mmrentry', MMREntry, [mmrEntryJson], ['coinproof']),
  codecTarget('coinproof', CoinProof, [coinProofPeak, coinProofJson]),
  codecTarget('scriptproof', ScriptProof, [scriptProofAddress, scriptProofJson]),
  codecTarget('signatureproof', SignatureProof),
  codecTarget('signature', Signature, [signatureRootKey, signatureJson]),
  codecTarget('witness', Witness, [witnessJson]),
  codecTarget('transaction', Transaction, [isAmountValid, transactionBurn, transactionJson]),
  codecTarget('magic', Magic, [nextMagic, magicJson]),
  codecTarget('txheader', TxHeader, [txHeaderJson]),
  codecTarget('txbody', TxBody, [txBodyJson]),
  codecTarget('txpow', TxPoW, [txpowBurn, txpowJson, (txpow) => blockWeight(txpowFacts(txpow).id, txpow.header)]),
  codecTarget('txblock', TxBlock),
  codecTarget('pulse', Pulse),
  codecTarget('greeting', Greeting, [greetingRootBlock]),
  codecTarget('cascade', Cascade, [isCascadeConsistent]),
  codecTarget('ibd', IBD),
  textTarget('number text', MiniNumber.parse, ['number text']),
  textTarget('hex text', fromHex, ['number text', 'mx text']),
  textTarget('mx text', parseMxAddress, ['mx text']),
  textTarget('state text', (input) => parseStateVariable(1, input), ['number text', 'mx text', 'json text']),
  textTarget('json text', checkJson, ['json text']),
]

/** What is printed must be read as the same, except that what is beyond a double is printed as null. */
function checkJson(input: string): void {
  const parsed = parseJson(input)
  if (parsed.kind !== 'value') return
  const printed = printJson(parsed.value)
  const again = parseJson(printed)
  if (again.kind !== 'value' || printJson(again.value) !== printed) {
    throw new FuzzFinding(`JSON text: ${printed} is not read as it was printed`)
  }
}
