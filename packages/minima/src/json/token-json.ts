import { toHex } from '../codec/index.ts'
import { type Token, tokenId } from '../objects/token.ts'
import { toTokenAmount } from '../objects/token-amount.ts'
import { type JsonText, jsonNumber, jsonObject, jsonRaw, jsonString } from './json-text.ts'

/** Decimals of a MiniNumber, of which a token uses those its scale leaves. */
const DECIMALS_MAX = 44

/** Java trims everything up to the blank, and only that. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const looksLikeJson = (name: string): boolean => /^[\u0000-\u0020]*\{/.test(name)

/** @throws NumberError `number-range` when the total in token units leaves the range: the reference cannot print it either */
export const tokenJson = (token: Token): JsonText =>
  jsonObject([
    ['name', looksLikeJson(token.name) ? jsonRaw(token.name) : jsonString(token.name)],
    ['coinid', jsonString(toHex(token.coinId))],
    ['total', jsonString(toTokenAmount(token, token.amount).toString())],
    // The reference subtracts 32-bit integers.
    ['decimals', jsonNumber((DECIMALS_MAX - token.scale.asInt()) | 0)],
    ['script', jsonString(token.script)],
    ['totalamount', jsonString(token.amount.toString())],
    ['scale', jsonString(token.scale.toString())],
    ['created', jsonString(token.created.toString())],
    ['tokenid', jsonString(toHex(tokenId(token)))],
  ])
