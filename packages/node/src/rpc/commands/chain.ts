import {
  factsOf,
  formatJavaDate,
  formatWeight,
  isEmptyTransaction,
  isTransaction,
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  MiniNumber,
  mmrDataJson,
  mmrEntryJson,
  type TxPoW,
  toHex,
  transactionJson,
  txpowBurn,
  weightAtLevel,
} from '@minipolis/minima'
import type { BlockNode } from '../../chain/index.ts'
import { type Command, flagParameter, numberParameter, respond } from '../command.ts'
import type { Arguments } from '../line/arguments.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { requireTip } from '../tip.ts'

/** Blocks that one reply describes. */
const DEPTH_MAX = 2200

/** Blocks from the tip back, the tip first. */
function* blocksBack({ chain }: RpcNode, count: number): Generator<BlockNode> {
  let node = chain.tip
  for (let i = 0; i < count && node !== undefined; i++, node = node.parent) yield node
}

/** The complete units whose transactions a block includes. */
export const transactionsOf = ({ chain }: RpcNode, block: BlockNode): TxPoW[] =>
  block.transactions.flatMap((id) => chain.known.get(id) ?? [])

export const scanchain: Command = {
  name: 'scanchain',
  summary: 'The newest blocks with their transactions',
  access: 'read',
  parameters: [numberParameter('depth', 'how many blocks below the newest, 16 when absent')],
  run({ node, arguments: args }) {
    const tip = requireTip(node, 'NO Blocks yet..')
    const depth = Math.min(args.integer('depth', 16), DEPTH_MAX)
    const blocks = Array.from(blocksBack(node, depth + 1), (block) =>
      jsonObject([
        ['block', jsonNumber(block.number)],
        ['depth', jsonNumber(tip.number - block.number)],
        ['timemilli', jsonNumber(block.header.time)],
        ['date', jsonString(formatJavaDate(block.header.time.asLong()))],
        ['txpowid', jsonString(block.hex)],
        ['transactions', jsonArray(transactionsOf(node, block).map(transactionDetails))],
      ]),
    )
    return respond(
      jsonObject([
        ['depth', jsonNumber(depth)],
        ['blocks', jsonArray(blocks)],
      ]),
    )
  },
}

function transactionDetails(txpow: TxPoW): JsonText {
  const { transaction, burnTransaction } = txpow.body!
  const has = !isEmptyTransaction(transaction)
  const burns = !isEmptyTransaction(burnTransaction)
  return jsonObject([
    ['txpowid', jsonString(toHex(factsOf(txpow).id))],
    ['istransaction', jsonBoolean(has)],
    ...(has ? [['transaction', transactionJson(transaction)] as const] : []),
    ['isburntransaction', jsonBoolean(burns)],
    ...(burns ? [['burntransaction', transactionJson(burnTransaction)] as const] : []),
  ])
}

export const printtree: Command = {
  name: 'printtree',
  summary: 'The block tree as text',
  access: 'read',
  parameters: [numberParameter('depth', '32 when absent'), flagParameter('cascade', 'add the cascade')],
  run({ node, arguments: args }) {
    const depth = wholeDepth(args)
    return respond(
      jsonObject([
        ...(args.flag('cascade', false) ? [['cascade', jsonString(`\n${cascadeText(node)}`)] as const] : []),
        ['chain', jsonString(`\n${treeText(node, depth)}`)],
      ]),
    )
  },
}

/** At least the tip is shown. @throws RpcError `bad-parameter` */
function wholeDepth(args: Arguments): number {
  const depth = args.number('depth', MiniNumber.of(32))
  if (!depth.equals(depth.floor())) throw new RpcError('bad-parameter', `depth must be a whole number, not ${depth}`)
  return Math.max(1, Math.min(args.integer('depth', 32), DEPTH_MAX))
}

/** One line for each block of the newest part of the tree, branches indented below their parent. */
function treeText({ chain }: RpcNode, depth: number): string {
  const { tree } = chain
  const start =
    tree.tip === undefined ? undefined : tree.mainAt(Math.max(tree.root!.number, tree.tip.number - depth + 1))
  if (start === undefined) return ''
  const lines: string[] = []
  const stack = [start]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const indent = node === start ? ' ' : `${'   '.repeat(node.number - start.number - 1)}--> `
    lines.push(`${indent}${blockText(node)}`)
    stack.push(...node.children.toReversed())
  }
  return `${lines.join('\n')}\n`
}

const blockText = ({ number, superLevel, hex, transactions, weight, totalWeight, header }: BlockNode): string =>
  `${number} [0/${superLevel}] ${hex} txns:${transactions.length}  weight:${formatWeight(weight)}/${formatWeight(totalWeight)} @ ${formatJavaDate(header.time.asLong())}`

const cascadeText = ({ chain }: RpcNode): string =>
  chain.cascade.blocks
    .toReversed()
    .map(
      ({ level, superLevel, id, header, weight }) =>
        `[${level}/${superLevel}] ${toHex(id)} @ ${header.blockNumber} weight:${formatWeight(weightAtLevel(weight, level))} @ ${formatJavaDate(header.time.asLong())}\n`,
    )
    .join('')

export const printmmr: Command = {
  name: 'printmmr',
  summary: 'The coin tree of the newest block',
  access: 'read',
  parameters: [],
  run({ node }) {
    const { mmr } = requireTip(node)
    const peaks = mmr.peaks()
    const root = mmr.root()
    return respond(
      jsonObject([
        ['block', jsonNumber(mmr.blockTime)],
        ['entrynumber', jsonNumber(mmr.entryNumber)],
        ['size', jsonNumber(mmr.size)],
        ['entries', jsonArray(Array.from(mmr.entries(), mmrEntryJson))],
        ['maxrow', jsonNumber(Math.max(0, ...peaks.map(({ row }) => row)))],
        ['maxentries', jsonArray(peaks.toReversed().map(mmrEntryJson))],
        ['root', root === undefined ? jsonString('') : mmrDataJson(root)],
      ]),
    )
  },
}

export const healthcheck: Command = {
  name: 'healthcheck',
  summary: 'Whether tree and cascade fit together',
  access: 'read',
  parameters: [],
  run({ node, state }) {
    const tip = requireTip(node, 'No TIP block found.. ?')
    const root = node.chain.tree.root!
    const cascadeTip = node.chain.cascade.blocks[0]?.header.blockNumber
    return respond(
      jsonObject([
        [
          'chain',
          jsonObject([
            ['tip', jsonString(String(tip.number))],
            ['root', jsonString(String(root.number))],
            ['chainlength', jsonString(String(tip.number - root.number))],
          ]),
        ],
        [
          'cascade',
          cascadeTip === undefined
            ? jsonString('nocacade')
            : jsonObject([
                ['tip', jsonString(cascadeTip.toString())],
                ['tipcorrect', jsonBoolean(cascadeTip.equals(MiniNumber.of(root.number - 1)))],
                ['cascadelength', jsonNumber(node.chain.cascade.blocks.length)],
              ]),
        ],
        [
          'maxima',
          jsonObject([
            ['hosts', jsonNumber(state.maximaCounts().hosts)],
            ['contacts', jsonNumber(state.maximaCounts().contacts)],
          ]),
        ],
      ]),
    )
  },
}

/** Windows over which `burn` reports, in blocks. */
const BURN_WINDOWS = [1, 10, 50] as const
const ZERO = MiniNumber.ZERO

export const burn: Command = {
  name: 'burn',
  summary: 'Fees of the newest transactions',
  access: 'read',
  parameters: [],
  run({ node }) {
    const burns = Array.from(blocksBack(node, BURN_WINDOWS.at(-1)!), (block) =>
      transactionsOf(node, block).filter(isTransaction).map(txpowBurn),
    )
    return respond(
      jsonObject(BURN_WINDOWS.map((blocks) => [`${blocks}block`, burnsJson(burns.slice(0, blocks).flat())] as const)),
    )
  },
}

function burnsJson(burns: readonly MiniNumber[]): JsonText {
  const falling = burns.toSorted((a, b) => b.compare(a))
  const total = burns.reduce((sum, one) => sum.add(one), ZERO)
  return jsonObject([
    ['txns', jsonNumber(burns.length)],
    ['max', jsonNumber(falling[0] ?? ZERO)],
    ['med', jsonNumber(falling[Math.floor(falling.length / 2)] ?? ZERO)],
    ['avg', jsonNumber(burns.length === 0 ? ZERO : total.div(MiniNumber.of(burns.length)))],
    ['min', jsonNumber(falling.at(-1) ?? ZERO)],
  ])
}

export const mempool: Command = {
  name: 'mempool',
  summary: 'Units in memory: blocks of the tree and waiting transactions',
  access: 'read',
  parameters: [],
  run({ node }) {
    const waiting = node.pool.ids().flatMap((id) => node.pool.get(id) ?? [])
    const units = [
      ...Array.from(node.chain.tree.nodes(), ({ hex, transactions }) => ({
        id: hex,
        transaction: transactions.includes(hex),
        block: true,
      })),
      ...waiting.map(({ id, txpow, facts }) => ({ id, transaction: isTransaction(txpow), block: facts.isBlock })),
    ]
    const print = (unit: (typeof units)[number]): JsonText =>
      jsonObject([
        ['txpowid', jsonString(unit.id)],
        ['transaction', jsonBoolean(unit.transaction)],
        ['block', jsonBoolean(unit.block)],
      ])
    return respond(
      jsonObject([
        ['txpow', jsonArray(units.map(print))],
        ['total', jsonNumber(units.length)],
        ['onchain', jsonNumber(units.length)],
        ['cascade', jsonNumber(0)],
        ['transactions', jsonNumber(units.filter(({ transaction }) => transaction).length)],
        ['blocks', jsonNumber(units.filter(({ block }) => block).length)],
      ]),
    )
  },
}
