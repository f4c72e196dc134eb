import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../codec/index.ts'
import { KeyError } from './key-error.ts'
import { cleanSeedPhrase, createSeedPhrase, SEED_PHRASE_LENGTH_MAX, seedOfPhrase } from './seed-phrase.ts'
import { seedWords } from './seed-words.ts'

describe('seed phrases', () => {
  test('a new phrase has 24 list words in upper case, drawn by 11 bits each', () => {
    const bytes = Uint8Array.from({ length: 48 }, (_, index) => index * 5)
    const words = createSeedPhrase((count) => bytes.subarray(0, count)).split(' ')
    expect(words).toHaveLength(24)
    expect(words[0]).toBe(seedWords()[5]!.toUpperCase())
    expect(words[1]).toBe(seedWords()[((10 << 8) % 2048) | 15]!.toUpperCase())
    expect(createSeedPhrase(() => new Uint8Array(48).fill(0xff))).toBe(new Array(24).fill('ZOO').join(' '))
  })

  test('a new phrase cleans to itself, also when typed in lower case or cut to four letters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), (bytes) => {
        const phrase = createSeedPhrase(() => bytes)
        const words = phrase.toLowerCase().split(' ')
        expect(cleanSeedPhrase(phrase)).toBe(phrase)
        expect(cleanSeedPhrase(`  ${words.join('   ')}\n`)).toBe(phrase)
        expect(cleanSeedPhrase(words.map((word) => word.slice(0, 4)).join(' '))).toBe(phrase)
      }),
    )
  })

  test('any text cleans to list words or is refused with a typed error', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        try {
          for (const word of cleanSeedPhrase(typed).split(' ').filter(Boolean)) {
            expect(seedWords()).toContain(word.toLowerCase())
          }
        } catch (error) {
          expect(error).toBeInstanceOf(KeyError)
        }
      }),
    )
  })

  test('a refused word is named by its place and never repeated in the message', () => {
    expect(() => cleanSeedPhrase('abandon abilitx')).toThrow(
      expect.objectContaining({
        code: 'phrase-word',
        facts: { position: 1 },
        message: expect.not.stringContaining('abilitx'),
      }),
    )
  })

  test('a text far too long for a phrase is refused before it is read', () => {
    expect(() => cleanSeedPhrase('a'.repeat(SEED_PHRASE_LENGTH_MAX + 1))).toThrow(
      expect.objectContaining({ code: 'phrase-length' }),
    )
  })

  test('the seed is that of the exact text', () => {
    expect(toHex(seedOfPhrase(''))).toBe('0xA7FFC6F8BF1ED76651C14756A061D662F580FF4DE43B49FA82D80A4B80F8434A')
    expect(seedOfPhrase('abandon')).not.toEqual(seedOfPhrase('ABANDON'))
  })
})
