import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../codec/index.ts'
import { formatMxAddress, parseAddress, parseMxAddress } from './mx-address.ts'
import { scriptAddress } from './script-proof.ts'

const TRUE_MX = 'MxG082Z5AW0TACM86D3R2WT4Z1PKJKYGWRKDGM2DU30RB43EAVA8HBQURHCQE9V'
const trueAddress = scriptAddress('RETURN TRUE')
const codeOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return undefined
}

describe('Mx addresses', () => {
  test('the address of RETURN TRUE has the text the reference prints', () => {
    expect(toHex(trueAddress)).toBe('0x582AA40EA996419A3D8A5D26039A4E9584B746C2C26F860DAC8372BEA4457AF6')
    expect(formatMxAddress(trueAddress)).toBe(TRUE_MX)
    expect(parseMxAddress(TRUE_MX)).toEqual(trueAddress)
  })

  test.each([
    ['lower case', TRUE_MX.toLowerCase()],
    ['no Mx', TRUE_MX.slice(2)],
    ['leading zero digits', `Mx000${TRUE_MX.slice(2)}`],
    ['a leading plus', `Mx+${TRUE_MX.slice(2)}`],
    ['the original letters of base 32', TRUE_MX.replaceAll('W', 'I').replaceAll('Y', 'L').replaceAll('Z', 'O')],
  ])('%s is tolerated', (_, text) => {
    expect(parseMxAddress(text)).toEqual(trueAddress)
  })

  test.each([
    ['nothing', ''],
    ['Mx alone', 'Mx'],
    ['a letter that is no digit', `${TRUE_MX.slice(0, -1)}X`],
    ['a blank', ` ${TRUE_MX}`],
    ['a mistyped character', `${TRUE_MX.slice(0, 20)}${TRUE_MX[20] === 'A' ? 'B' : 'A'}${TRUE_MX.slice(21)}`],
    ['a text cut short', TRUE_MX.slice(0, -4)],
  ])('%s is refused', (_, text) => {
    expect(codeOf(() => parseMxAddress(text))).toBe('mx-address')
  })

  test('every length up to a thousand bytes comes back, leading zeros included', () => {
    for (let length = 0; length < 1000; length += 37) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i < 3 ? 0 : (i * 31) & 255))
      expect(parseMxAddress(formatMxAddress(bytes))).toEqual(bytes)
    }
  })

  test('a text of a million digits is answered at once', () => {
    expect(codeOf(() => parseMxAddress('Z'.repeat(1_000_000)))).toBe('mx-address')
  })

  test('an address is read in both forms', () => {
    expect(parseAddress(TRUE_MX)).toEqual(trueAddress)
    expect(parseAddress(toHex(trueAddress))).toEqual(trueAddress)
    expect(fromHex('0x00')).toEqual(parseAddress('0x00'))
  })
})
