import {
  formatJavaDate,
  fromHex,
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  MiniNumber,
  type TxPoW,
  toHex,
  txpowJson,
} from '@minipolis/minima'
import { TXPOW_LIFE_MS } from '../../chain/index.ts'
import {
  addressParameter,
  type Command,
  type CommandContext,
  flagParameter,
  hexParameter,
  numberParameter,
  respond,
  textParameter,
} from '../command.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { transactionsOf } from './chain.ts'
import { relevantTxPoWs } from './history.ts'

const RELEVANT_MAX = 100
const BLOCK_NUMBER_MAX = Number.MAX_SAFE_INTEGER
const DAY_MS = 86_400_000

type Search = (context: CommandContext) => JsonText

/** In the order in which they are looked for. */
const searches: readonly (readonly [parameter: string, search: Search])[] = [
  ['action', info],
  ['txpowid', byId],
  ['relevant', relevant],
  ['inblock', inBlock],
  ['onchain', onChain],
  ['block', byNumber],
  ['address', byAddress],
]

export const txpow: Command = {
  name: 'txpow',
  summary: 'Search TxPoWs',
  access: 'read',
  parameters: [
    hexParameter('txpowid', 'the unit with this id'),
    hexParameter('onchain', 'in which block the unit with this id is'),
    numberParameter('block', 'the block with this number'),
    addressParameter('address', 'units of the tree with coins of this address'),
    flagParameter('relevant', 'units that concern the wallet'),
    numberParameter('max', `relevant: how many, ${RELEVANT_MAX} when absent`),
    textParameter('inblock', 'units listed by the block with this number or id'),
    textParameter('action', 'info'),
  ],
  run(context) {
    const found = searches.find(([parameter]) => context.arguments.has(parameter))
    if (found === undefined) throw new RpcError('bad-parameter', 'Must Specify search params')
    return respond(found[1](context))
  },
}

function byId({ node, arguments: args }: CommandContext): JsonText {
  const id = args.address('txpowid')
  const found = id.startsWith('0x') ? node.chain.known.get(id) : undefined
  if (found === undefined || found.body === null) throw new RpcError('not-found', `TxPoW not found : ${id}`)
  return txpowJson(found)
}

function relevant({ node, arguments: args }: CommandContext): JsonText {
  return jsonArray(
    relevantTxPoWs(node, args.count('max', RELEVANT_MAX, RELEVANT_MAX), 0).map((unit) => txpowJson(unit)),
  )
}

function onChain({ node, arguments: args }: CommandContext): JsonText {
  const id = args.hex('onchain')
  const found = node.branch.inclusion(id)?.block ?? node.branch.byId(id)
  const tip = node.chain.tip
  if (found === undefined || tip === undefined) return jsonObject([['found', jsonBoolean(false)]])
  return jsonObject([
    ['found', jsonBoolean(true)],
    ['block', jsonString(String(found.number))],
    ['blockid', jsonString(found.id)],
    ['tip', jsonString(String(tip.number))],
    ['confirmations', jsonString(String(tip.number - found.number))],
  ])
}

function byNumber({ node, arguments: args }: CommandContext): JsonText {
  const number = args.number('block')
  const found = node.branch.byNumber(blockNumber(number))
  if (found === undefined || found.txpow.body === null)
    throw new RpcError('not-found', `TxPoW not found @ height ${number}`)
  return txpowJson(found.txpow)
}

/** What is no number of a block is one that no block has. */
const blockNumber = (number: MiniNumber): number =>
  number.isNegative() || !number.equals(number.floor()) || number.moreThan(MiniNumber.of(BLOCK_NUMBER_MAX))
    ? -1
    : Number(number.toBigInt())

/** Newest block first. */
function byAddress({ node, arguments: args }: CommandContext): JsonText {
  const address = toHex(fromHex(args.address('address')))
  const touches = ({ body }: TxPoW): boolean =>
    body !== null &&
    [body.transaction, body.burnTransaction].some(({ inputs, outputs }) =>
      [...inputs, ...outputs].some((coin) => toHex(coin.address) === address),
    )
  const found: JsonText[] = []
  for (let block = node.chain.tip; block !== undefined; block = block.parent) {
    // Bodies are on disk: read only those of blocks that moved such a coin.
    const moved = [...block.spent, ...block.created].some((coin) => toHex(coin.address) === address)
    if (moved)
      found.push(
        ...transactionsOf(node, block)
          .filter(touches)
          .map((unit) => txpowJson(unit)),
      )
  }
  return jsonArray(found)
}

/** Of blocks below the root of the tree, as in the reference. */
function inBlock({ node, arguments: args }: CommandContext): JsonText {
  const text = args.text('inblock')
  const block = text.startsWith('0x')
    ? node.branch.byId(args.hex('inblock'))
    : node.branch.byNumber(blockNumber(args.number('inblock')))
  const root = node.chain.tree.root?.number ?? 0
  const ids = block === undefined || block.number >= root ? [] : (block.txpow.body?.txpowIds ?? []).map(toHex)
  return jsonObject([
    [
      'txns',
      jsonArray(
        ids.map((id) =>
          jsonObject([
            ['txpowid', jsonString(id)],
            ['blockid', jsonString(block!.id)],
            ['block', jsonNumber(block!.number)],
            ['timemilli', jsonNumber(block!.timeMs)],
          ]),
        ),
      ),
    ],
  ])
}

function info({ node, arguments: args }: CommandContext): JsonText {
  const action = args.text('action')
  if (action !== 'info') throw new RpcError('bad-parameter', `Invalid action : ${action}`)
  const oldest = node.store.blocks.oldestArchived()
  const root = node.chain.tree.root?.number ?? 0
  return jsonObject([
    ['storedays', jsonNumber(TXPOW_LIFE_MS / DAY_MS)],
    ['txpowdb', jsonObject([['size', jsonNumber(node.store.txpows.count() + node.chain.tree.size)]])],
    [
      'onchaindb',
      jsonObject([
        ['size', jsonNumber(oldest === undefined ? 0 : root - oldest)],
        ['first', archivedJson(node, oldest)],
        ['last', archivedJson(node, oldest === undefined ? undefined : root - 1)],
      ]),
    ],
  ])
}

function archivedJson(node: RpcNode, number: number | undefined): JsonText {
  const block = number === undefined ? undefined : node.branch.byNumber(number)
  if (block === undefined) return jsonObject([['found', jsonBoolean(false)]])
  return jsonObject([
    ['found', jsonBoolean(true)],
    ['txpowid', jsonString(block.id)],
    ['blockid', jsonString(block.id)],
    ['block', jsonNumber(block.number)],
    ['timemilli', jsonNumber(block.timeMs)],
    ['date', jsonString(formatJavaDate(block.timeMs))],
  ])
}
