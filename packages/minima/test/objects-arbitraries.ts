import fc from 'fast-check'
import type { MMRData, MMREntry, MMRProof } from '../src/mmr/index.ts'
import { MiniNumber } from '../src/number/index.ts'
import {
  type Cascade,
  type Coin,
  type CoinProof,
  type Greeting,
  type IBD,
  type Magic,
  parseStateVariable,
  type ScriptProof,
  type Signature,
  type StateVariable,
  type Token,
  type Transaction,
  type TxBlock,
  type TxBody,
  type TxHeader,
  type TxPoW,
  type Witness,
} from '../src/objects/index.ts'

/** Any object that can be written, with values at and around their limits. */

/** As they come from the wire: 64 digits, any scale. */
export const miniNumber = fc
  .record({
    unscaled: fc.bigInt({ min: -(10n ** 64n) + 1n, max: 10n ** 64n - 1n }),
    scale: fc.integer({ min: -128, max: 127 }),
  })
  .map(({ unscaled, scale }) => MiniNumber.raw(unscaled, scale))
/** In the range of arithmetic. */
const amount = fc
  .record({ unscaled: fc.bigInt({ min: 0n, max: 10n ** 19n }), scale: fc.integer({ min: 0, max: 44 }) })
  .map(({ unscaled, scale }) => MiniNumber.raw(unscaled, scale))
const hash = fc.uint8Array({ maxLength: 64 })
const data = fc.uint8Array({ maxLength: 100 })
const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.toWellFormed())
const list = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> => fc.array(element, { maxLength: 3 })

const entryNumber = fc.oneof(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.nat().map(BigInt))
const mmrData: fc.Arbitrary<MMRData> = fc.record({ data: hash, value: amount })
const mmrEntry: fc.Arbitrary<MMREntry> = fc.record({ row: fc.integer(), entry: entryNumber, data: mmrData })
const mmrProof: fc.Arbitrary<MMRProof> = fc.record({
  blockTime: miniNumber,
  chunks: list(fc.record({ left: fc.nat(255), data: mmrData.map((node) => ({ ...node, value: MiniNumber.ONE })) })),
})

export const stateVariable: fc.Arbitrary<StateVariable> = fc
  .record({
    port: fc.nat(255),
    input: fc.oneof(
      data.map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
      amount.map(String),
      text.map((value) => `[${value}]`),
      fc.constantFrom('true', 'FALSE'),
    ),
  })
  .map(({ port, input }) => parseStateVariable(port, input))

export const token: fc.Arbitrary<Token> = fc.record({
  coinId: hash,
  script: text,
  scale: miniNumber,
  amount: miniNumber,
  name: text,
  created: miniNumber,
})

export const coin: fc.Arbitrary<Coin> = fc.record({
  coinId: hash,
  address: hash,
  amount,
  tokenId: hash,
  storeState: fc.boolean(),
  mmrEntry: entryNumber,
  spent: fc.nat(255),
  created: miniNumber,
  state: list(stateVariable),
  token: fc.option(token, { nil: null }),
})

export const coinProof: fc.Arbitrary<CoinProof> = fc.record({ coin, proof: mmrProof })
export const scriptProof: fc.Arbitrary<ScriptProof> = fc.record({ script: text, proof: mmrProof })
export const signature: fc.Arbitrary<Signature> = fc.record({
  proofs: list(fc.record({ publicKey: data, signature: data, proof: mmrProof })),
})
export const witness: fc.Arbitrary<Witness> = fc.record({
  signatures: list(signature),
  coinProofs: list(coinProof),
  scripts: list(scriptProof),
})
export const transaction: fc.Arbitrary<Transaction> = fc.record({
  inputs: list(coin),
  outputs: list(coin),
  state: list(stateVariable),
  linkHash: hash,
})

const magic: fc.Arbitrary<Magic> = fc.record({
  currentMaxTxPoWSize: miniNumber,
  currentMaxKissVmOps: miniNumber,
  currentMaxTransactions: miniNumber,
  currentMinTxPoWWork: data,
  desiredMaxTxPoWSize: miniNumber,
  desiredMaxKissVmOps: miniNumber,
  desiredMaxTransactions: miniNumber,
  desiredMinTxPoWWork: data,
})

export const txHeader: fc.Arbitrary<TxHeader> = fc.record({
  nonce: miniNumber,
  chainId: data,
  time: miniNumber,
  blockNumber: miniNumber,
  blockDifficulty: data,
  superParents: fc.array(fc.constantFrom(Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)), {
    minLength: 32,
    maxLength: 32,
  }),
  mmrRoot: hash,
  mmrTotal: miniNumber,
  magic,
  customHash: hash,
  bodyHash: hash,
})

export const txBody: fc.Arbitrary<TxBody> = fc.record({
  prng: hash,
  transactionDifficulty: data,
  transaction,
  witness,
  burnTransaction: transaction,
  burnWitness: witness,
  txpowIds: list(hash),
})

export const txpow: fc.Arbitrary<TxPoW> = fc.record({ header: txHeader, body: fc.option(txBody, { nil: null }) })
export const txBlock: fc.Arbitrary<TxBlock> = fc.record({
  txpow,
  previousPeaks: list(mmrEntry),
  spentCoins: list(coinProof),
  newCoins: list(coin),
})
export const cascade: fc.Arbitrary<Cascade> = fc.record({
  nodes: list(fc.record({ txpow, level: fc.integer() })),
})
export const ibd: fc.Arbitrary<IBD> = fc.record({ cascade: fc.option(cascade, { nil: null }), blocks: list(txBlock) })
export const greeting: fc.Arbitrary<Greeting> = fc.record({
  version: text,
  extra: fc
    .dictionary(
      text,
      fc.oneof(text, fc.boolean(), fc.constant(null), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      {
        maxKeys: 4,
      },
    )
    .map((fields) => new Map(Object.entries(fields))),
  topBlock: miniNumber,
  chain: list(data),
})
