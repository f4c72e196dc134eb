import { trimControls } from '@minipolis/minima'

/** Blanks as Java's \s has them. */
const TOKEN = /"([^"]*)"|([^ \t\n\v\f\r]+)/g

/**
 * The tokens of one command: its name, then `name:value` texts. Two tokenisers exist and tools depend on both: which one runs
 * depends on the text. Source: minima-global/Minima: src/org/minima/system/commands/CommandRunner.java
 */
export function commandTokens(text: string): string[] {
  const needsScan = text.includes('{') || text.includes('[') || text.includes(':\\')
  return (needsScan ? undefined : quotedTokens(text)) ?? scannedTokens(text)
}

/** Pads every colon with blanks, also inside quotes; gives up where a colon stands in place of a name. */
function quotedTokens(text: string): string[] | undefined {
  const padded = trimControls(text).replaceAll(':', ' : ')
  const tokens = Array.from(padded.matchAll(TOKEN), (match) => match[1] ?? match[2]!)
  const result = tokens.slice(0, 1)
  let pair: string | undefined
  for (const token of tokens.slice(1)) {
    const isColon = trimControls(token) === ':'
    if (pair === undefined) {
      if (isColon) return undefined
      pair = token
    } else if (isColon) {
      pair += ':'
    } else {
      result.push(pair + token)
      pair = undefined
    }
  }
  return result
}

/** One scan: a blank ends a token outside of quotes and brackets; quotes are kept only inside brackets. */
function scannedTokens(text: string): string[] {
  const tokens: string[] = []
  let depth = 0
  let quoted = false
  let parts: string[] = []
  const end = (): void => {
    const token = parts.join('')
    if (token !== '') tokens.push(trimControls(token))
    parts = []
  }
  for (const character of trimControls(text)) {
    if (character === ' ' && !quoted && depth === 0) {
      end()
      continue
    }
    if (character === '"' && depth <= 0) {
      quoted = !quoted
      continue
    }
    if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    parts.push(character)
  }
  end()
  return tokens
}
