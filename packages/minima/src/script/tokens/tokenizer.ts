import { VARIABLE_LETTERS_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import { plainToken, type Token, type TokenKind } from './token.ts'
import { FIXED_TOKENS } from './words.ts'

/** What a UTF-16 unit means where a token may start. Units from 128 on belong to words. */
const Unit = { word: 0, space: 1, sign: 2, shift: 3, text: 4 } as const

const units = new Uint8Array(128)
for (const space of '\t\n\v\f\r ') units[space.charCodeAt(0)] = Unit.space
for (const sign of '+-/*%&|^~=()') units[sign.charCodeAt(0)] = Unit.sign
for (const shift of '<>') units[shift.charCodeAt(0)] = Unit.shift
for (const bracket of '[]') units[bracket.charCodeAt(0)] = Unit.text

const signTokens = Array.from({ length: 128 }, (_, unit) => FIXED_TOKENS.get(String.fromCharCode(unit)))

const LESS = 0x3c
const OPEN = 0x5b
const CLOSE = 0x5d
const DOLLAR = 0x24

const NUMBER = /^[0-9]+(\.[0-9]+)?$/
const HEX = /^0x[0-9a-fA-F]+$/
const GLOBAL = /^@[A-Z]+$/
const VARIABLE = /^[a-z]+$/

/**
 * Cuts a script into tokens in one pass. Folding mode, which only cleaning uses, takes words in any case for the words they
 * would be in the right case. Source: minima-global/Minima: src/org/minima/kissvm/tokens/ScriptTokenizer.java
 *
 * @throws ScriptFault `bad-token`, `cut-shift`
 */
export const tokenize = (script: string, folding = false): Token[] => {
  const classify = folding ? foldedToken : strictToken
  const tokens: Token[] = []
  const length = script.length
  let afterSpace = true
  for (let at = 0; at < length; ) {
    const code = script.charCodeAt(at)
    const unit = code < 128 ? units[code]! : Unit.word
    if (unit === Unit.space) {
      at++
      afterSpace = true
      continue
    }
    if (unit === Unit.sign) {
      tokens.push(signTokens[code]!)
      at++
    } else if (unit === Unit.word) {
      const end = wordEnd(script, at)
      const token =
        code === DOLLAR ? plainToken('FUNCTIONPARAM', script.slice(at, end)) : classify(script.slice(at, end))
      if (token === undefined) throw badToken(script, at, end)
      if (token.kind === 'COMMAND' && !afterSpace) {
        throw new ScriptFault('bad-token', `the command ${token.text} at position ${at} needs a space in front`, { at })
      }
      tokens.push(token)
      at = end
    } else if (code === OPEN) {
      const end = textEnd(script, at)
      tokens.push(plainToken('VALUE', script.slice(at, end)))
      at = end
    } else if (unit === Unit.shift) {
      tokens.push(shiftToken(script, at, code))
      at += 2
    } else {
      throw badToken(script, at, at + 1)
    }
    afterSpace = false
  }
  return tokens
}

const badToken = (script: string, at: number, end: number): ScriptFault =>
  new ScriptFault(
    'bad-token',
    `nothing in the language reads ${JSON.stringify(script.slice(at, Math.min(end, at + 40)))}`,
    {
      at,
    },
  )

/** A word runs up to the next whitespace, sign or bracket. */
const wordEnd = (script: string, start: number): number => {
  let end = start + 1
  for (; end < script.length; end++) {
    const code = script.charCodeAt(end)
    if (code < 128 && units[code] !== Unit.word) break
  }
  return end
}

/** Behind the bracket that closes the text; if none does, the end of the script. */
const textEnd = (script: string, start: number): number => {
  let open = 0
  for (let at = start; at < script.length; at++) {
    const code = script.charCodeAt(at)
    if (code === OPEN) open++
    else if (code === CLOSE && --open === 0) return at + 1
  }
  return script.length
}

const shiftToken = (script: string, at: number, code: number): Token => {
  if (at + 1 >= script.length)
    throw new ScriptFault('cut-shift', `the script ends after a single ${script[at]}`, { at })
  if (script.charCodeAt(at + 1) !== code) throw badToken(script, at, at + 2)
  return FIXED_TOKENS.get(code === LESS ? '<<' : '>>')!
}

const literalKind = (word: string): TokenKind | undefined => (NUMBER.test(word) || HEX.test(word) ? 'VALUE' : undefined)

const strictToken = (word: string): Token | undefined => {
  const first = word.charCodeAt(0)
  if (first >= 0x41 && first <= 0x5a) return FIXED_TOKENS.get(word)
  if (first >= 0x61) return VARIABLE.test(word) ? variableToken(word) : undefined
  if (first === 0x40) return GLOBAL.test(word) ? plainToken('GLOBAL', word) : undefined
  return literalKind(word) === 'VALUE' ? plainToken('VALUE', word) : undefined
}

const foldedToken = (word: string): Token | undefined => {
  const upper = word.toUpperCase()
  const lower = word.toLowerCase()
  const fixed = FIXED_TOKENS.get(upper)
  if (fixed !== undefined) return fixed
  if (literalKind(word) === 'VALUE') return plainToken('VALUE', word)
  if (GLOBAL.test(upper)) return plainToken('GLOBAL', upper)
  return VARIABLE.test(lower) ? variableToken(lower) : undefined
}

const variableToken = (name: string): Token => {
  if (name.length > VARIABLE_LETTERS_MAX) {
    throw new ScriptFault('bad-token', `a variable has at most ${VARIABLE_LETTERS_MAX} letters, got ${name.length}`)
  }
  return plainToken('VARIABLE', name)
}
