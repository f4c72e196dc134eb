import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Codec, decodeExact, encode, toHex } from '../src/codec/index.ts'
import { MinipolisError } from '../src/errors/minipolis-error.ts'
import { coinJson, txHeaderJson } from '../src/json/index.ts'
import {
  Cascade,
  Coin,
  CoinProof,
  formatMxAddress,
  Greeting,
  IBD,
  parseMxAddress,
  ScriptProof,
  Signature,
  StateVariable,
  superLevel,
  Token,
  Transaction,
  TxBlock,
  TxBody,
  TxHeader,
  TxPoW,
  txpowFacts,
  Witness,
} from '../src/objects/index.ts'
import * as any from './objects-arbitraries.ts'

const RUNS = { numRuns: 60 }

const roundTrips = <T>(name: string, codec: Codec<T>, values: fc.Arbitrary<T>): void => {
  test(`${name}: what is written is read as the same value and written as the same bytes`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const written = encode(codec, value)
        const read = decodeExact(codec, written)
        expect(read).toEqual(value)
        expect(toHex(encode(codec, read))).toBe(toHex(written))
      }),
      RUNS,
    )
  })
}

describe('objects on the wire', () => {
  roundTrips('state variable', StateVariable, any.stateVariable)
  roundTrips('token', Token, any.token)
  roundTrips('coin', Coin, any.coin)
  roundTrips('coin proof', CoinProof, any.coinProof)
  roundTrips('script proof', ScriptProof, any.scriptProof)
  roundTrips('signature', Signature, any.signature)
  roundTrips('witness', Witness, any.witness)
  roundTrips('transaction', Transaction, any.transaction)
  roundTrips('header', TxHeader, any.txHeader)
  roundTrips('body', TxBody, any.txBody)
  roundTrips('TxPoW', TxPoW, any.txpow)
  roundTrips('TxBlock', TxBlock, any.txBlock)
  roundTrips('cascade', Cascade, any.cascade)
  roundTrips('IBD', IBD, any.ibd)
  roundTrips('greeting', Greeting, any.greeting)
})

describe('what follows from objects', () => {
  test('the JSON of a coin and of a header is JSON, or the amount cannot be shown', () => {
    fc.assert(
      fc.property(any.coin, any.txHeader, (coin, header) => {
        const { magic } = JSON.parse(txHeaderJson(header)) as { magic: Record<string, string> }
        expect(Object.keys(magic)).toHaveLength(8)
        try {
          const name = coin.token?.name.trim() ?? ''
          if (!name.startsWith('{')) expect(JSON.parse(coinJson(coin))).toMatchObject({ spent: coin.spent !== 0 })
        } catch (error) {
          expect(error).toBeInstanceOf(MinipolisError)
        }
      }),
      RUNS,
    )
  })

  test('the size for limits counts 32 bytes for each listed id, the ids do not depend on the body', () => {
    fc.assert(
      fc.property(any.txpow, (txpow) => {
        const facts = txpowFacts(txpow)
        expect(facts.size).toBe(encode(TxPoW, txpow).length)
        expect(facts.sizeForLimits).toBe(facts.size - 32 * (txpow.body?.txpowIds.length ?? 0))
        expect(txpowFacts({ ...txpow, body: null }).id).toEqual(facts.id)
      }),
      RUNS,
    )
  })

  test('the super level is the number of times that the work can be doubled', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }),
        fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }),
        (id, difficulty) => {
          const bytes = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
          let level = -1
          for (let doubled = id; doubled <= difficulty && level < 31; doubled *= 2n) level++
          expect(superLevel(bytes(id), bytes(difficulty))).toBe(level)
        },
      ),
    )
  })

  test('an Mx address comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(parseMxAddress(formatMxAddress(bytes))).toEqual(bytes)
      }),
    )
  })
})
