import {
  type Coin,
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  MiniNumber,
  type TxPoW,
  toHex,
  toTokenAmount,
  txpowJson,
} from '@minipolis/minima'
import { byAction } from '../by-action.ts'
import {
  type Command,
  type CommandContext,
  flagParameter,
  numberParameter,
  type ReplyMembers,
  respond,
  textParameter,
} from '../command.ts'
import type { RpcNode } from '../rpc-node.ts'
import { requireTip } from '../tip.ts'

/** Units of one reply. */
const HISTORY_MAX = 100
const OFFSET_MAX = 1_000_000
const DEPTH_MAX = 2200
const DEPTH = 1720
const DAY_MS = 86_400_000

/** Units that concern the wallet, newest first; those that are no longer kept are left out. */
export const relevantTxPoWs = ({ store, chain }: RpcNode, max: number, offset: number): TxPoW[] =>
  store.txpows
    .relevant(max, offset)
    .flatMap((id) => chain.known.get(toHex(id)) ?? [])
    .filter(({ body }) => body !== null)

export const history: Command = {
  name: 'history',
  summary: 'Transactions of the wallet',
  access: 'read',
  parameters: [
    textParameter('action', 'list (default), size, transactions'),
    numberParameter('max', `list: how many, at most ${HISTORY_MAX}`),
    numberParameter('offset', 'list: how many of the newest to leave out'),
    flagParameter('relevant', 'false: all newest units'),
    numberParameter('depth', `transactions: blocks to count, ${DEPTH} when absent`),
    numberParameter('startmilli', 'size: all units since then'),
  ],
  run: byAction({ list, size, transactions }, { initial: 'list', unknown: 'Invalid action:' }),
}

function list({ node, arguments: args }: CommandContext): ReplyMembers {
  // As in the reference, a negative number finds nothing.
  const most = Math.min(args.integer('max', HISTORY_MAX), HISTORY_MAX)
  const offset = Math.min(args.integer('offset', 0), OFFSET_MAX)
  const max = offset < 0 ? 0 : Math.max(0, most)
  const relevant = args.flag('relevant', true)
  const units = relevant ? relevantTxPoWs(node, max, offset) : newestUnits(node, max, offset)
  return respond(
    jsonObject([
      ['relevant', jsonBoolean(relevant)],
      ['txpows', jsonArray(units.map((unit) => txpowJson(unit)))],
      ['details', jsonArray(units.map((unit) => detailsJson(node, unit)))],
      ['size', jsonNumber(units.length)],
    ]),
  )
}

function newestUnits({ chain }: RpcNode, max: number, offset: number): TxPoW[] {
  const ids: string[] = []
  for (let block = chain.tip; block !== undefined && ids.length < max + offset; block = block.parent) {
    ids.push(...new Set([block.hex, ...block.transactions]))
  }
  return ids.slice(offset, offset + max).flatMap((id) => chain.known.get(id) ?? [])
}

function size({ node, arguments: args }: CommandContext): ReplyMembers {
  if (args.flag('relevant', true)) return respond(jsonObject([['size', jsonNumber(node.store.txpows.relevantCount())]]))
  const start = args.number('startmilli', MiniNumber.of(node.now() - DAY_MS))
  let count = 0
  for (let block = node.chain.tip; block?.header.time.moreThan(start); block = block.parent)
    count += 1 + block.transactions.length
  return respond(
    jsonObject([
      ['startmilli', jsonNumber(start)],
      ['size', jsonNumber(count)],
    ]),
  )
}

function transactions({ node, arguments: args }: CommandContext): ReplyMembers {
  const tip = requireTip(node)
  const most = args.count('depth', DEPTH, DEPTH_MAX)
  let depth = 0
  let count = 0
  for (let block: typeof tip | undefined = tip; block !== undefined && depth < most; block = block.parent) {
    count += block.transactions.length
    depth++
  }
  return respond(
    jsonObject([
      ['startblock', jsonNumber(tip.number)],
      ['depth', jsonNumber(depth)],
      ['transactions', jsonNumber(count)],
    ]),
  )
}

/** What went in and out of the wallet, by token, in units of the token. */
function detailsJson(node: RpcNode, { body }: TxPoW): JsonText {
  const inputs = ownSums(node, body?.transaction.inputs ?? [])
  const outputs = ownSums(node, body?.transaction.outputs ?? [])
  const tokens = new Set([...inputs.keys(), ...outputs.keys()])
  const differences = Array.from(tokens, (token): [string, MiniNumber] => [
    token,
    (outputs.get(token) ?? MiniNumber.ZERO).sub(inputs.get(token) ?? MiniNumber.ZERO),
  ])
  return jsonObject([
    ['inputs', sumsJson(inputs)],
    ['outputs', sumsJson(outputs)],
    ['difference', sumsJson(differences)],
  ])
}

function ownSums({ wallet }: RpcNode, coins: readonly Coin[]): Map<string, MiniNumber> {
  const sums = new Map<string, MiniNumber>()
  for (const { address, tokenId, token, amount } of coins) {
    if (!wallet.scripts.isTracked(toHex(address))) continue
    const id = toHex(tokenId)
    const units = token === null ? amount : toTokenAmount(token, amount)
    sums.set(id, (sums.get(id) ?? MiniNumber.ZERO).add(units))
  }
  return sums
}

const sumsJson = (sums: Iterable<[string, MiniNumber]>): JsonText =>
  jsonObject(Array.from(sums, ([token, amount]) => [token, jsonString(amount.toString())] as const))
