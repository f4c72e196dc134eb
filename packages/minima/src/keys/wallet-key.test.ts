import { expect, test } from 'vitest'
import { fromHex, toHex } from '../codec/index.ts'
import { signedByAddress, signedByScript, walletPrivateSeed } from './wallet-key.ts'

const publicKey = fromHex('0x17E9E5D0562075B5A874505172472D95414071E9EBED4EDF44CE96A863EDA146')

test('a key has one simple script and that one address', () => {
  expect(signedByScript(publicKey)).toBe(`RETURN SIGNEDBY(${toHex(publicKey)})`)
  expect(toHex(signedByAddress(publicKey))).toBe('0x9B7DC10C8AB7AF45F6877E5C3CB37B2A0BBE2D107F90CD366A8BA9D80E7B9D2D')
})

test('a key number that is no count is refused', () => {
  for (const number of [-1, 0.5, Number.NaN, 2 ** 53]) {
    expect(() => walletPrivateSeed(publicKey, number)).toThrow(expect.objectContaining({ code: 'key-number' }))
  }
})
