import { describe, expect, test } from 'vitest'
import { toHex } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import {
  type Coin,
  SINGLE_PROOF,
  scriptAddress,
  signatureRootKey,
  singleScript,
  TOKEN_MINIMA,
  type Witness,
} from '../objects/index.ts'
import { SCRIPT_LANGUAGE } from './language.ts'
import { runScript } from './run/run-script.ts'
import { inputEnvironment, spendContext } from './transaction-environment.ts'

const SCRIPT = 'RETURN @COINAGE EQ 40 AND @AMOUNT EQ 2.5 AND PREVSTATE(1) EQ 7 AND @SCRIPT EQ [x]'

const coin: Coin = {
  coinId: Uint8Array.of(0xaa),
  address: scriptAddress(SCRIPT),
  amount: MiniNumber.of('2.5'),
  tokenId: TOKEN_MINIMA,
  storeState: true,
  mmrEntry: 3n,
  spent: 0,
  created: MiniNumber.of(60),
  state: [{ port: 1, type: 2, value: '7' }],
  token: null,
}
const token = {
  coinId: coin.coinId,
  script: '',
  scale: MiniNumber.of(2),
  amount: coin.amount,
  name: 'kWh',
  created: coin.created,
}
const signature = {
  proofs: [{ publicKey: Uint8Array.of(1, 2, 3), signature: new Uint8Array(1088), proof: SINGLE_PROOF }],
}
const witness: Witness = {
  signatures: [signature],
  coinProofs: [{ coin, proof: SINGLE_PROOF }],
  scripts: [singleScript(SCRIPT)],
}
const block = { number: MiniNumber.of(100), timeMilli: MiniNumber.of(1_700_000_000_000) }
const contextOf = (input: Coin) => spendContext({ inputs: [input], outputs: [], state: [] }, witness, block)

describe('the environment of an input', () => {
  test('holds the coin, its state, the block, and the text being run', () => {
    const environment = inputEnvironment(contextOf({ ...coin, coinId: Uint8Array.of(1) }), 0, 'x')
    expect(runScript(SCRIPT, environment)).toMatchObject({ success: true, monotonic: false })
    expect(runScript('RETURN @COINID EQ 0x01 AND GETINID(0) EQ 0xAA', environment).success).toBe(true)
    expect([...environment.globals.keys()]).toEqual(SCRIPT_LANGUAGE.globals.map(({ name }) => name))
  })

  test('signers are the root keys of the signatures, scripts stand under their addresses', () => {
    const environment = inputEnvironment(contextOf(coin), 0, 'x')
    const key = toHex(signatureRootKey(signature))
    expect(runScript(`RETURN SIGNEDBY(${key})`, environment).success).toBe(true)
    expect(environment.scripts).toEqual([{ address: toHex(coin.address), script: SCRIPT }])
  })

  test('the amount of a token coin is in the units of the token', () => {
    const environment = inputEnvironment(contextOf({ ...coin, tokenId: Uint8Array.of(9), token }), 0, 'x')
    expect(environment.globals.get('@AMOUNT')?.text).toBe('250')
  })

  test('a token coin without its token, a missing coin proof or an endless script have none', () => {
    const orphan = contextOf({ ...coin, tokenId: Uint8Array.of(9) })
    expect(() => inputEnvironment(orphan, 0, 'x')).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(() => inputEnvironment(contextOf(coin), 1, 'x')).toThrow(expect.objectContaining({ code: 'not-found' }))
    const long = 'x'.repeat(65_537)
    expect(() => inputEnvironment(contextOf(coin), 0, long)).toThrow(expect.objectContaining({ code: 'too-long' }))
  })
})
