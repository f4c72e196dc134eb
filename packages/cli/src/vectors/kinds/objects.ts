import {
  type Codec,
  Coin,
  CoinProof,
  coinJson,
  coinLeaf,
  coinProofJson,
  coinProofPeak,
  encode,
  Greeting,
  greetingRootBlock,
  isAmountValid,
  Magic,
  MiniNumber,
  magicJson,
  miniNumber,
  objectLeaf,
  outputCoinId,
  Pulse,
  printJson,
  Reader,
  ScriptProof,
  Signature,
  SignatureProof,
  StateVariable,
  scriptProofAddress,
  scriptProofJson,
  signatureJson,
  signatureProofJson,
  signatureProofRootKey,
  signatureRootKey,
  simpleStateJson,
  singleScript,
  stateSize,
  stateVariableJson,
  Token,
  Transaction,
  tokenId,
  tokenJson,
  toMinimaAmount,
  toTokenAmount,
  transactionBurn,
  transactionId,
  transactionJson,
  verifyTreeSignature,
  Witness,
  withOutputCoinIds,
  witnessJson,
} from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import { type Computed, expectSame, type Handler, hexOf } from '../check-case.ts'
import { decoded, jsonFacts } from '../decoded.ts'
import { coinFrom, stateFrom, tokenFrom, transactionFrom } from '../object-input.ts'
import type { Recorded } from '../recorded.ts'

/** Handlers of one type: built from input, and read from bytes. */
const both = <T>(
  codec: Codec<T>,
  from: (input: Recorded) => T,
  facts: (value: T, c: Recorded) => Computed,
): { encode: Handler; decode: Handler } => ({
  encode: (c) => {
    const value = from(c.record('input'))
    return { hex: encode(codec, value), ...facts(value, c) }
  },
  decode: decodeHandler(codec, facts),
})

const decodeHandler =
  <T>(codec: Codec<T>, facts: (value: T, c: Recorded) => Computed): Handler =>
  (c) => {
    const read = decoded(codec, c)
    return { ...read.facts, ...facts(read.value, c) }
  }

const scaled =
  (convert: (token: Pick<Token, 'scale'>, amount: MiniNumber) => MiniNumber): Handler =>
  (c) => {
    const result = convert({ scale: MiniNumber.parse(c.text('scale')) }, MiniNumber.parse(c.text('amount')))
    return { plain: result.toString(), hex: encode(miniNumber, result) }
  }

const state = both(StateVariable, stateFrom, (value, c) => jsonFacts(c, () => stateVariableJson(value)))

const token = both(Token, tokenFrom, (value, c) => ({
  tokenid: () => tokenId(value),
  ...jsonFacts(c, () => tokenJson(value)),
}))

const coin = both(Coin, coinFrom, (value, c) => ({
  leafUnspent: () => coinLeaf(value).data,
  leafSpentZero: () => objectLeaf(Coin, value).data,
  simpleState: () => JSON.parse(simpleStateJson(value.state)),
  ...jsonFacts(c, () => coinJson(value)),
}))

const scriptProof = both(
  ScriptProof,
  (input) => singleScript(input.text('script')),
  (value, c) => ({ address: () => scriptProofAddress(value), ...jsonFacts(c, () => scriptProofJson(value)) }),
)

const transaction = both(Transaction, transactionFrom, (value, c) => ({
  transactionid: () => transactionId(value),
  coinids: () => {
    const base = value.inputs[0]?.coinId
    // Recordings name the first few only.
    const outputs = value.outputs.slice(0, c.list('coinids').length)
    return base === undefined ? [] : outputs.map((_, index) => hexOf(outputCoinId(base, index)))
  },
  burn: () => (value.inputs.length === 0 ? null : transactionBurn(value).toString()),
  statesize: () => stateSize(value.state),
  ...jsonFacts(c, () => transactionJson(value)),
}))

const node = ({ data, value }: { data: Uint8Array; value: MiniNumber }): Computed => ({
  data: hexOf(data),
  value: value.toString(),
})

/** Sections 9 to 15 and 19 of the objects: wire forms, ids, JSON, value rules. */
export const objectsKind = caseKind('objects', {
  'statevariable encode': state.encode,
  'statevariable decode': state.decode,
  'token encode': token.encode,
  'token decode': token.decode,
  'token scaledTokenAmount': scaled(toTokenAmount),
  'token scaledMinimaAmount': scaled(toMinimaAmount),
  'coin encode': coin.encode,
  'coin decode': coin.decode,
  'scriptproof encode': scriptProof.encode,
  'scriptproof decode': scriptProof.decode,
  'coinproof decode': decodeHandler(CoinProof, (value, c) => ({
    leaf: () => node(coinLeaf(value.coin)),
    peak: () => node(coinProofPeak(value)),
    ...jsonFacts(c, () => coinProofJson(value)),
  })),
  'transaction encode': transaction.encode,
  'transaction decode': transaction.decode,
  'transaction precompute': (c, siblings) => {
    const value = withOutputCoinIds(transactionFrom(siblings.byName(c.text('of')).record('input')))
    return { hex: encode(Transaction, value), transactionid: transactionId(value) }
  },
  'transaction checkValid': (c) => ({ valid: isAmountValid(Transaction.read(new Reader(c.bytes('hex')))) }),
  'signature decode': decodeHandler(Signature, (value, c) => {
    if (c.has('message')) {
      expectSame('verified', verifyTreeSignature(c.bytes('publickey'), c.bytes('message'), value), true)
    }
    return { rootkey: () => signatureRootKey(value), ...jsonFacts(c, () => signatureJson(value)) }
  }),
  'signatureproof decode': decodeHandler(SignatureProof, (value, c) => ({
    rootkey: () => signatureProofRootKey(value),
    ...jsonFacts(c, () => signatureProofJson(value)),
  })),
  'witness decode': decodeHandler(Witness, (value, c) => ({
    signaturekeys: () => value.signatures.map((signature) => hexOf(signatureRootKey(signature))),
    ...jsonFacts(c, () => witnessJson(value)),
  })),
  'magic decode': decodeHandler(Magic, (value, c) => jsonFacts(c, () => magicJson(value))),
  'pulse decode': decodeHandler(Pulse, (value) => ({ blocks: value.blocks.length })),
  'greeting decode': decodeHandler(Greeting, (value, c) => {
    c.get('extraText')
    return {
      version: value.version,
      extra: () => (value.extra === null ? null : JSON.parse(printJson(value.extra))),
      topblock: value.topBlock.toString(),
      rootblock: () => greetingRootBlock(value).toString(),
      chain: value.chain.length,
    }
  }),
})
