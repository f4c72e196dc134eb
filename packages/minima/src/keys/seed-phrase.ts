import { trimControls, utf8 } from '../codec/index.ts'
import { sha3_256 } from '../hash/index.ts'
import { KeyError } from './key-error.ts'
import { seedWords } from './seed-words.ts'

/*
 * Seed phrases: the English BIP39 word list and nothing else of BIP39 (no checksum word, no key stretching, no passphrase).
 * Source: minima-global/Minima: src/org/minima/utils/BIP39.java, spec 02 section 4.
 */

export const SEED_PHRASE_WORDS = 24
/** Longest text that is looked at; the longest new phrase has 215 characters. */
export const SEED_PHRASE_LENGTH_MAX = 65_536
const PREFIX_LENGTH_MIN = 3

/** @returns `count` bytes that nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array

/** A new phrase of 24 words, each drawn on its own: 264 bits. */
export function createSeedPhrase(random: RandomBytes): string {
  const words = seedWords()
  const bytes = random(2 * SEED_PHRASE_WORDS)
  // The list has 2^11 words: 11 of 16 random bits draw each with the same chance.
  const drawn = Array.from({ length: SEED_PHRASE_WORDS }, (_, index) => {
    const bits = (bytes[2 * index]! << 8) | bytes[2 * index + 1]!
    return words[bits % words.length]!
  })
  return drawn.join(' ').toUpperCase()
}

/** The wallet seed of a phrase, 32 bytes. The text counts as it is: clean a typed one before. */
export const seedOfPhrase = (phrase: string): Uint8Array => sha3_256(utf8(phrase))

/**
 * A typed phrase in the form whose seed the wallet uses: full words, upper case, one blank between. Words may be cut after
 * three or more letters and stand in any case; their number is not checked.
 *
 * @throws KeyError `phrase-word` with the word's position in its facts, `phrase-length`
 */
export function cleanSeedPhrase(typed: string): string {
  if (typed.length > SEED_PHRASE_LENGTH_MAX) {
    throw new KeyError('phrase-length', `a seed phrase of ${typed.length} characters is none`)
  }
  return trimControls(typed)
    .split(' ')
    .filter((word) => word !== '')
    .map(completeWord)
    .join(' ')
    .toUpperCase()
}

function completeWord(typed: string, position: number): string {
  const word = typed.toLowerCase()
  const words = seedWords()
  const full =
    word.length > PREFIX_LENGTH_MIN
      ? words.find((candidate) => candidate.startsWith(word))
      : words.find((candidate) => candidate === word)
  if (full === undefined) {
    throw new KeyError('phrase-word', `word ${position + 1} of the seed phrase fits no word of the list`, { position })
  }
  return full
}
