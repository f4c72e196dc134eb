import { describe, expect, test } from 'vitest'
import { toHex, trimControls } from '../codec/index.ts'
import { scriptAddress } from '../objects/script-proof.ts'
import { cleanScript } from './clean-script.ts'

describe('the cleaned form of a script', () => {
  test.each([
    ['return   true', 'RETURN TRUE'],
    ['RETURN NOT TRUE', 'RETURN  NOT TRUE'],
    ['SUBSTR(0 1 [x])', 'SUBSTR(0 1[x])'],
    ['let A = 0xabCD\n\tif a eq 0x00 then return false endif', 'LET a=0xABCD IF a EQ 0x00 THEN RETURN FALSE ENDIF'],
    ['RETURN (NOT TRUE)', 'RETURN ( NOT TRUE)'],
    ['LET a=[two  blanks]', 'LET a=[two blanks]'],
  ])('of %j is %j', (script, cleaned) => {
    expect(cleanScript(script)).toBe(cleaned)
  })

  test('a text that does not tokenise comes back as it was', () => {
    expect(cleanScript(' RETURN  #1 ')).toBe(' RETURN  #1 ')
  })

  test('a single < or > at the end is a fault, as in the reference', () => {
    expect(() => cleanScript('RETURN 1 <')).toThrow(expect.objectContaining({ code: 'cut-shift' }))
  })

  test('only the clean text has the published address', () => {
    expect(toHex(scriptAddress(cleanScript('return true')))).toBe(
      '0x582AA40EA996419A3D8A5D26039A4E9584B746C2C26F860DAC8372BEA4457AF6',
    )
    expect(scriptAddress('return true')).not.toEqual(scriptAddress('RETURN TRUE'))
  })

  test('trimming takes controls and blanks and leaves other white space', () => {
    expect(trimControls('\u0000\t a\u00A0\u0001 ')).toBe('a\u00A0')
  })
})
