import {
  type Coin,
  type JsonText,
  jsonArray,
  jsonNumber,
  jsonObject,
  jsonString,
  MiniNumber,
  type Token,
  toHex,
  tokenNameJson,
  toTokenAmount,
} from '@minipolis/minima'
import {
  coinAge,
  coinsBySearchOrder,
  coinsOfWholeChain,
  isSimple,
  MINIMA_ID,
  relevantCoins,
  spelledId,
} from '../coins.ts'
import { addressParameter, type Command, flagParameter, hexParameter, numberParameter, respond } from '../command.ts'
import type { RpcNode } from '../rpc-node.ts'
import { requireTip } from '../tip.ts'
import { plainName } from '../token-name.ts'

/** What the reference prints as the total of Minima, whatever was burned. */
const MINIMA_TOTAL = '1000000000'
const DECIMALS_MAX = 44

interface Sums {
  readonly token: Token | null
  confirmed: MiniNumber
  unconfirmed: MiniNumber
  sendable: MiniNumber
  coins: number
}

export const balance: Command = {
  name: 'balance',
  summary: 'What the wallet holds of Minima and of tokens',
  access: 'read',
  parameters: [
    addressParameter('address', 'count the coins at this address instead'),
    hexParameter('tokenid', 'only this token'),
    numberParameter('confirmations', 'blocks that confirm a coin'),
    flagParameter('tokendetails', 'add what is known of each token'),
    flagParameter('megammr', 'search all coins of the chain, where the node keeps them'),
    flagParameter('simple', 'names and amounts only'),
  ],
  async run({ node, arguments: args }) {
    const address = args.address('address', '')
    const onlyToken = args.text('tokenid', '')
    const confirmations = args.number('confirmations', MiniNumber.of(node.parameters.confirmDepthBlocks))
    requireTip(node)
    const found = await coinsOf(node, address, args.flag('megammr', false))

    const sums = new Map<string, Sums>([[MINIMA_ID, emptySums(null)]])
    for (const coin of found) {
      const tokenId = toHex(coin.tokenId)
      if (onlyToken !== '' && tokenId !== onlyToken) continue
      const sum = sums.get(tokenId) ?? emptySums(coin.token)
      sums.set(tokenId, sum)
      const isConfirmed = coinAge(node, coin).moreThanOrEqual(confirmations)
      add(sum, coin, isConfirmed, isSimple(node, coin))
    }
    const rows = [...sums].filter(([tokenId]) => tokenId !== MINIMA_ID || onlyToken === '' || onlyToken === MINIMA_ID)
    const details = args.flag('tokendetails', false)
    const print = args.flag('simple', false) ? simpleRow : (row: readonly [string, Sums]) => fullRow(row, details)
    return respond(jsonArray(rows.map(print)))
  },
}

async function coinsOf(node: RpcNode, given: string, ofWholeChain: boolean): Promise<Coin[]> {
  if (given === '') return relevantCoins(node)
  const filter = { address: spelledId(given) }
  return ofWholeChain ? coinsOfWholeChain(node, filter) : coinsBySearchOrder(node, node.chain.coins.find(filter))
}

const emptySums = (token: Token | null): Sums => ({
  token,
  confirmed: MiniNumber.ZERO,
  unconfirmed: MiniNumber.ZERO,
  sendable: MiniNumber.ZERO,
  coins: 0,
})

function add(sum: Sums, { amount }: Coin, isConfirmed: boolean, simple: boolean): void {
  sum.coins++
  if (!isConfirmed) {
    sum.unconfirmed = sum.unconfirmed.add(amount)
    return
  }
  sum.confirmed = sum.confirmed.add(amount)
  if (simple && (sum.token === null || sum.token.script === 'RETURN TRUE')) sum.sendable = sum.sendable.add(amount)
}

const inUnits = ({ token }: Sums, amount: MiniNumber): JsonText =>
  jsonString((token === null ? amount : toTokenAmount(token, amount)).toString())

function fullRow([tokenId, sums]: readonly [string, Sums], details: boolean): JsonText {
  const { token } = sums
  return jsonObject([
    ['token', token === null ? jsonString('Minima') : tokenNameJson(token)],
    ['tokenid', jsonString(tokenId)],
    ['confirmed', inUnits(sums, sums.confirmed)],
    ['unconfirmed', inUnits(sums, sums.unconfirmed)],
    ['sendable', inUnits(sums, sums.sendable)],
    ['coins', jsonString(String(sums.coins))],
    ['total', token === null ? jsonString(MINIMA_TOTAL) : inUnits(sums, token.amount)],
    ...(details && token !== null ? [['details', detailsJson(token)] as const] : []),
  ])
}

const detailsJson = (token: Token): JsonText =>
  jsonObject([
    ['decimals', jsonNumber(DECIMALS_MAX - token.scale.asInt())],
    ['script', jsonString(token.script)],
    ['totalamount', jsonString(token.amount.toString())],
    ['scale', jsonString(token.scale.toString())],
    ['created', jsonString(token.created.toString())],
  ])

function simpleRow([, sums]: readonly [string, Sums]): JsonText {
  const { token } = sums
  return jsonObject([
    ['name', token === null ? jsonString('Minima') : jsonString(plainName(token))],
    ['amount', inUnits(sums, sums.confirmed)],
  ])
}
