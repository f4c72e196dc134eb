import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decode, encode, fromHex, toHex } from '../codec/index.ts'
import { coinLeaf } from './coin-proof.ts'
import { createGenesis, GENESIS_COIN } from './genesis.ts'
import { TxBlock } from './tx-block.ts'
import { TxPoW } from './txpow.ts'

const fixture = new URL('../../test/fixtures/objects-txblock.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: readonly { name: string; hex: string }[] }
const recorded = decode(TxBlock, fromHex(cases.find(({ name }) => name === 'genesis-001')!.hex)).txpow

test('the genesis coin stands alone in the tree of block 0', () => {
  expect(toHex(coinLeaf(GENESIS_COIN).data)).toBe('0xE60E583B6D5C8B951F9B8066EA53F980DBA84325DB9B007DF2262A9718495415')
})

test('a genesis of the recorded time, address and random bytes is the recorded one but for its nonce', () => {
  const body = recorded.body!
  const made = createGenesis({
    address: body.transaction.outputs[0]!.address,
    time: Number(recorded.header.time.asLong()),
    prng: body.prng,
  })
  expect(toHex(encode(TxPoW, { ...made, header: { ...made.header, nonce: recorded.header.nonce } }))).toBe(
    toHex(encode(TxPoW, recorded)),
  )
})
