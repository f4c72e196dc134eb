import {
  bytesEqual,
  type Coin,
  coinJson,
  factsOf,
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  parentId,
  type TxBlock,
  toHex,
} from '@minipolis/minima'
import { byAction } from '../by-action.ts'
import {
  addressParameter,
  type Command,
  type CommandContext,
  flagParameter,
  REQUIRED,
  type ReplyMembers,
  respond,
  textParameter,
} from '../command.ts'
import type { RpcNode } from '../rpc-node.ts'

/** Blocks read before others get a turn. */
const SLICE = 200

export const archive: Command = {
  name: 'archive',
  summary: 'Blocks that are older than the tree',
  access: 'write',
  parameters: [
    textParameter('action', 'integrity or addresscheck', REQUIRED),
    addressParameter('address', 'addresscheck: the address'),
    textParameter('statecheck', 'addresscheck: only coins that keep this value'),
    flagParameter('logs', 'accepted and not used'),
  ],
  run: byAction({ integrity, addresscheck: addressCheck }),
}

/** Numbers of the archived blocks, the oldest first. */
function* archived({ store, chain }: RpcNode): Generator<number> {
  const root = chain.tree.root?.number ?? 0
  for (let number = store.blocks.oldestArchived() ?? root; number < root; number++) yield number
}

/** Numbers of the blocks in the tree, the newest first. */
function* inTree({ chain }: RpcNode): Generator<number> {
  const root = chain.tree.root?.number ?? 0
  for (let number = chain.tip?.number ?? -1; number >= root; number--) yield number
}

/** Blocks of the main branch that are there, in slices so that many of them do not stop the node. */
async function* blocksOf({ branch }: RpcNode, numbers: Iterable<number>): AsyncGenerator<NumberedBlock> {
  let read = 0
  for (const number of numbers) {
    const block = branch.txblock(number)
    if (block !== undefined) yield { number, block }
    if (++read % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

interface NumberedBlock {
  readonly number: number
  readonly block: TxBlock
}

async function integrity({ node }: CommandContext): Promise<ReplyMembers> {
  const root = node.chain.tree.root?.number ?? 0
  const oldest = node.store.blocks.oldestArchived()
  let errors = 0
  let blocks = 0
  let previous: Uint8Array | undefined
  for await (const { block } of blocksOf(node, archived(node))) {
    blocks++
    if (previous !== undefined && !bytesEqual(parentId(block.txpow.header), previous)) errors++
    previous = factsOf(block.txpow).id
  }
  const recommend =
    errors === 0 ? 'Your ArchiveDB is correct and has no errors.' : 'Restore the data folder from a backup.'
  return respond(
    jsonObject([
      ['message', jsonString('Archive integrity check completed')],
      ['cascade', jsonObject([['exists', jsonBoolean(false)]])],
      [
        'archive',
        jsonObject([
          ['start', jsonString(String(oldest ?? 0))],
          ['end', jsonString(String(oldest === undefined ? 0 : root - 1))],
          ['blocks', jsonNumber(blocks)],
        ]),
      ],
      ['valid', jsonBoolean(errors === 0)],
      ['from', jsonNumber(oldest ?? -1)],
      ['errors', jsonNumber(errors)],
      ['recommend', jsonString(recommend)],
    ]),
  )
}

/** The result stands under `coins`. Created coins are shown as their transaction made them, without entry and block. */
async function addressCheck({ node, arguments: args }: CommandContext): Promise<ReplyMembers> {
  const address = args.address('address')
  const state = args.has('statecheck') ? args.text('statecheck') : undefined
  const fits = (coin: Coin): boolean =>
    toHex(coin.address) === address && (state === undefined || coin.state.some(({ value }) => value === state))
  const created: JsonText[] = []
  const spent: JsonText[] = []
  const look = ({ number, block }: NumberedBlock): void => {
    const row = (coin: Coin): JsonText => coinRow(number, block, coin)
    created.push(...block.newCoins.filter(fits).map(row))
    spent.push(
      ...block.spentCoins
        .map(({ coin }) => coin)
        .filter(fits)
        .map(row),
    )
  }
  for (const numbers of [archived(node), inTree(node)]) for await (const block of blocksOf(node, numbers)) look(block)
  return [
    [
      'coins',
      jsonObject([
        ['created', jsonArray(created)],
        ['spent', jsonArray(spent)],
      ]),
    ],
  ]
}

const coinRow = (number: number, { txpow }: TxBlock, coin: Coin): JsonText =>
  jsonObject([
    ['block', jsonNumber(number)],
    ['date', jsonString(shortDate(txpow.header.time.asLong()))],
    ['datemilli', jsonString(txpow.header.time.toString())],
    ['coin', coinJson(coin)],
  ])

/** `22/11/2026 15:58:24` */
function shortDate(timeMs: bigint): string {
  const date = new Date(Number(timeMs))
  if (Number.isNaN(date.getTime())) return String(timeMs)
  const [year, month, day, ...clock] = date.toISOString().slice(0, 19).split(/[-T:]/)
  return `${day}/${month}/${year} ${clock.join(':')}`
}
