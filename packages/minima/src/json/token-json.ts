import { toHex } from '../codec/index.ts'
import { type Token, tokenId } from '../objects/token.ts'
import { toTokenAmount } from '../objects/token-amount.ts'
import { type JsonText, jsonNumber, jsonObject, jsonRaw, jsonString } from './json-text.ts'

/** Decimals of a MiniNumber, of which a token uses those its scale leaves. */
const DECIMALS_MAX = 44

/**
 * A name that is a JSON object stands as it is, every other one as a text. The reference embeds whatever begins with a brace: there
 * a name can end the object that it stands in and begin others, such as a balance that nobody has.
 */
export const tokenNameJson = ({ name }: Token): JsonText => (isJsonObject(name) ? jsonRaw(name) : jsonString(name))

function isJsonObject(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** @throws NumberError `number-range` when the total in token units leaves the range: the reference cannot print it either */
export const tokenJson = (token: Token): JsonText =>
  jsonObject([
    ['name', tokenNameJson(token)],
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
