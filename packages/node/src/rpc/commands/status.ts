import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ancestor,
  bytesToBigInt,
  chainSpeed,
  floorWeight,
  formatJavaDate,
  fromHex,
  type JsonText,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  MinipolisError,
  medianBlock,
  toHex,
} from '@minipolis/minima'
import type { BlockNode } from '../../chain/index.ts'
import { type Command, flagParameter, respond } from '../command.ts'
import { formatSize } from '../java-size.ts'
import type { RpcNode } from '../rpc-node.ts'
import { requireTip } from '../tip.ts'
import { networkStatusJson } from './network.ts'

/** The release of the reference that these answers are made after. */
const RELEASE = '15'
const SPEED_DIGITS = 5
const DIFFICULTY_BYTES = 32
/** Files of the data folder that are counted. */
const LISTED_FILES_MAX = 256

export const status: Command = {
  name: 'status',
  summary: 'Version, chain, memory and network of this node',
  access: 'read',
  parameters: [
    flagParameter('clean', 'accepted and not used'),
    flagParameter('complete', 'add the files of the data folder'),
    flagParameter('debug', 'accepted and not used'),
  ],
  async run({ node, state, arguments: args }) {
    const complete = args.flag('complete', false)
    const { chain } = node
    const { tip, root } = chain.tree
    const treeWeight = root === undefined ? 0n : floorWeight(root.totalWeight)
    const cascadeWeight = floorWeight(chain.cascade.weight)
    const files = await folderSizes(node.folder)
    return respond(
      jsonObject([
        ['version', jsonString(`${node.parameters.version}.${RELEASE}`)],
        ['uptime', jsonString(formatUptime(node.now() - state.startedMs))],
        ['locked', jsonBoolean(node.wallet.isLocked)],
        ...(complete
          ? ([
              ['powmode', jsonString('normal')],
              ['devices', jsonString('1')],
            ] as const)
          : []),
        ['length', jsonNumber(chain.tree.length + chain.cascade.blocks.length)],
        ['weight', jsonString(String(treeWeight + cascadeWeight))],
        ['minima', jsonString(tip?.header.mmrTotal.toString() ?? '0')],
        ['coins', jsonString(String(tip?.mmr.entryNumber ?? 0))],
        ['data', jsonString(node.folder)],
        ['memory', memoryJson(files, complete)],
        ['chain', chainJson(node, treeWeight, cascadeWeight)],
        ['txpow', txpowJson(node)],
        ['network', networkStatusJson(node, false)],
      ]),
    )
  },
}

export const block: Command = {
  name: 'block',
  summary: 'The newest block',
  access: 'read',
  parameters: [],
  run({ node }) {
    const { number, hex, header } = requireTip(node, 'NO Blocks yet..')
    return respond(
      jsonObject([
        ['block', jsonString(String(number))],
        ['hash', jsonString(hex)],
        ['timemilli', jsonString(header.time.toString())],
        ['date', jsonString(formatJavaDate(header.time.asLong()))],
      ]),
    )
  },
}

function chainJson(node: RpcNode, treeWeight: bigint, cascadeWeight: bigint): JsonText {
  const { tree, cascade } = node.chain
  const { tip } = tree
  const cascadeTip = cascade.blocks[0]
  const cascadeJson = jsonObject([
    ['start', jsonNumber(cascadeTip?.header.blockNumber ?? -1)],
    ['length', jsonNumber(cascade.blocks.length)],
    ['weight', jsonString(String(cascadeWeight))],
  ])
  if (tip === undefined) {
    return jsonObject([
      ['block', jsonNumber(0)],
      ['time', jsonString('NO BLOCKS YET')],
      ['hash', jsonString('0x00')],
      ['length', jsonNumber(0)],
      ['branches', jsonNumber(0)],
      ['cascade', cascadeJson],
    ])
  }
  const difficulty = bytesToBigInt(tip.header.blockDifficulty)
    .toString(16)
    .padStart(2 * DIFFICULTY_BYTES, '0')
  return jsonObject([
    ['block', jsonNumber(tip.number)],
    ['time', jsonString(formatJavaDate(tip.header.time.asLong()))],
    ['hash', jsonString(tip.hex)],
    ['speed', speedJson(node, tip)],
    ['difficulty', jsonString(toHex(fromHex(`0x${difficulty}`)))],
    ['size', jsonNumber(tree.size)],
    ['length', jsonNumber(tree.length)],
    ['branches', jsonNumber(tree.size - tree.length)],
    ['weight', jsonString(String(treeWeight))],
    ['cascade', cascadeJson],
  ])
}

/** Blocks per second over the window that sets the difficulty. */
function speedJson({ parameters }: RpcNode, tip: BlockNode): JsonText {
  if (tip.number <= 2) return jsonNumber(1)
  const start = medianBlock(tip, parameters.medianBlocks)
  const end = medianBlock(ancestor(tip, parameters.speedWindowBlocks), parameters.medianBlocks)
  const distance = start.header.blockNumber.sub(end.header.blockNumber)
  if (distance.isZero()) return jsonNumber(-1)
  try {
    return jsonNumber(chainSpeed(start, distance.asInt()).setSignificantDigits(SPEED_DIGITS))
  } catch (error) {
    if (error instanceof MinipolisError) return jsonNumber(-1)
    throw error
  }
}

const txpowJson = ({ pool, store, chain, parameters }: RpcNode): JsonText => {
  const oldest = store.blocks.oldestArchived()
  const root = chain.tree.root?.number ?? 0
  return jsonObject([
    ['mempool', jsonNumber(pool.size)],
    ['ramdb', jsonNumber(pool.size + Math.min(chain.tree.size, parameters.cascadeStartDepthBlocks))],
    ['txpowdb', jsonNumber(store.txpows.count() + chain.tree.size)],
    ['archivedb', jsonNumber(oldest === undefined ? 0 : root - oldest)],
  ])
}

interface FolderSizes {
  readonly total: number
  readonly files: readonly (readonly [name: string, bytes: number])[]
}

async function folderSizes(folder: string): Promise<FolderSizes> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const files: [string, number][] = []
  for (const entry of entries.slice(0, LISTED_FILES_MAX)) {
    if (!entry.isFile()) continue
    const found = await stat(join(folder, entry.name)).catch(() => undefined)
    if (found !== undefined) files.push([entry.name, found.size])
  }
  return { total: files.reduce((sum, [, bytes]) => sum + bytes, 0), files }
}

/** One file holds everything here, where the reference has seven. */
function memoryJson({ total, files }: FolderSizes, complete: boolean): JsonText {
  const none = jsonString(formatSize(0))
  const size = jsonString(formatSize(total))
  return jsonObject([
    ['ram', jsonString(formatSize(process.memoryUsage.rss()))],
    ['disk', size],
    [
      'files',
      jsonObject([
        ['txpowdb', size],
        ['archivedb', none],
        ['cascade', none],
        ['chaintree', none],
        ['wallet', none],
        ['userdb', none],
        ['p2pdb', none],
        ...(complete
          ? ([
              ['mds', none],
              ['allfiles', filesJson(total, files)],
            ] as const)
          : []),
      ]),
    ],
  ])
}

const filesJson = (total: number, files: FolderSizes['files']): JsonText =>
  jsonObject([
    ['total', jsonString(formatSize(total))],
    [
      'dirs',
      jsonObject(files.map(([name, bytes]) => [name, jsonObject([['total', jsonString(formatSize(bytes))]])] as const)),
    ],
  ])

/** `0 Years 0 Months 0 Weeks 0 Days 0 Hours 0 Minutes 38 Seconds` */
function formatUptime(ms: number): string {
  const parts: string[] = []
  let seconds = Math.max(0, Math.floor(ms / 1000))
  for (const [name, length] of UPTIME_PARTS) {
    parts.push(`${Math.floor(seconds / length)} ${name}`)
    seconds %= length
  }
  return parts.join(' ')
}

const DAY_SECONDS = 86_400
const UPTIME_PARTS = [
  ['Years', 365 * DAY_SECONDS],
  ['Months', 30 * DAY_SECONDS],
  ['Weeks', 7 * DAY_SECONDS],
  ['Days', DAY_SECONDS],
  ['Hours', 3600],
  ['Minutes', 60],
  ['Seconds', 1],
] as const
