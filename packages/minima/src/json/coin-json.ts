import { toHex } from '../codec/index.ts'
import { formatEntryNumber } from '../mmr/entry-number.ts'
import type { Coin } from '../objects/coin.ts'
import { formatMxAddress } from '../objects/mx-address.ts'
import { toTokenAmount } from '../objects/token-amount.ts'
import { type JsonText, jsonBoolean, jsonNull, jsonObject, jsonString } from './json-text.ts'
import { simpleStateJson, stateJson } from './state-json.ts'
import { tokenJson } from './token-json.ts'

/** How a coin's state is printed: as a list of variables, or as an object from port to value. */
export interface CoinJsonOptions {
  readonly simpleState?: boolean
}

/** @throws NumberError `number-range` when an amount in token units leaves the range */
export const coinJson = (coin: Coin, { simpleState = false }: CoinJsonOptions = {}): JsonText =>
  jsonObject([
    ['coinid', jsonString(toHex(coin.coinId))],
    ['amount', jsonString(coin.amount.toString())],
    ['address', jsonString(toHex(coin.address))],
    ['miniaddress', jsonString(formatMxAddress(coin.address))],
    ['tokenid', jsonString(toHex(coin.tokenId))],
    ['token', coin.token === null ? jsonNull : tokenJson(coin.token)],
    ...tokenAmountEntry(coin),
    ['storestate', jsonBoolean(coin.storeState)],
    ['state', simpleState ? simpleStateJson(coin.state) : stateJson(coin.state)],
    ['spent', jsonBoolean(coin.spent !== 0)],
    ['mmrentry', jsonString(formatEntryNumber(coin.mmrEntry))],
    ['created', jsonString(coin.created.toString())],
  ])

const tokenAmountEntry = ({ token, amount }: Coin): readonly (readonly [string, JsonText])[] =>
  token === null ? [] : [['tokenamount', jsonString(toTokenAmount(token, amount).toString())]]
