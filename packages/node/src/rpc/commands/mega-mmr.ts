import {
  floorWeight,
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNull,
  jsonNumber,
  jsonObject,
  jsonString,
  mmrDataJson,
  mmrEntryJson,
} from '@minipolis/minima'
import { completeDownload } from '../../chain/index.ts'
import { MegaMMRError, type MegaMMRStore, writeBackup } from '../../mega-mmr/index.ts'
import { byAction } from '../by-action.ts'
import { type Command, type CommandContext, type ReplyMembers, respond, textParameter } from '../command.ts'
import { createFolderFile, existingPath, fileSize } from '../folder-files.ts'
import { formatSize } from '../java-size.ts'
import { loadCoinFile } from '../resync/load-coin-file.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { requireTip } from '../tip.ts'

/** Times that a file is begun again because the coins moved on under it. */
const EXPORT_TRIES = 3

export const megammr: Command = {
  name: 'megammr',
  summary: 'All coins of the chain, of a node that keeps them',
  access: 'read',
  parameters: [
    textParameter('action', 'info (default), export, import or integrity'),
    textParameter('file', 'export, import, integrity: a file in the folder "files"'),
  ],
  examples: ['megammr', 'megammr action:export file:coins.megammr'],
  run: byAction(
    { info, export: exportFile, import: importFile, integrity },
    { initial: 'info', readersOnly: { command: 'megammr', action: 'info' } },
  ),
}

function info({ node }: CommandContext): ReplyMembers {
  const { megaMMR } = node
  return respond(
    jsonObject([
      ['enabled', jsonBoolean(megaMMR !== undefined)],
      ['mmr', megaMMR === undefined ? emptyTree() : treeJson(megaMMR)],
      ['coins', jsonNumber(megaMMR?.coinCount ?? 0)],
    ]),
  )
}

const emptyTree = (): JsonText =>
  jsonObject([
    ['block', jsonNumber(0)],
    ['entrynumber', jsonNumber(0)],
    ['size', jsonNumber(0)],
    ['maxrow', jsonNumber(0)],
    ['maxentries', jsonArray([])],
    ['root', jsonNull],
  ])

function treeJson(megaMMR: MegaMMRStore): JsonText {
  const peaks = megaMMR.peaks()
  const root = megaMMR.root()
  return jsonObject([
    ['block', jsonNumber(megaMMR.blockTime)],
    ['entrynumber', jsonNumber(megaMMR.entryNumber)],
    ['size', jsonNumber(megaMMR.nodeCount())],
    ['maxrow', jsonNumber(peaks[0]?.row ?? 0)],
    ['maxentries', jsonArray(peaks.toReversed().map(mmrEntryJson))],
    ['root', root === undefined ? jsonNull : mmrDataJson(root)],
  ])
}

/** @throws RpcError `unavailable` */
function requireMegaMMR({ megaMMR, chain }: RpcNode): MegaMMRStore {
  if (megaMMR === undefined) throw new RpcError('unavailable', 'MegaMMR not enabled')
  if (chain.megaMMR === undefined) throw new RpcError('unavailable', 'there is no chain yet')
  return megaMMR
}

async function exportFile({ node, arguments: args }: CommandContext): Promise<ReplyMembers> {
  const megaMMR = requireMegaMMR(node)
  const tip = requireTip(node)
  const name = args.text('file', `megammr_${fileDate(node.now())}.megammr`)
  const path = await writeCoins(node, megaMMR, name)
  return respond(
    jsonObject([
      ['megammrtip', jsonNumber(megaMMR.blockTime)],
      ['ibdtip', jsonNumber(tip.number)],
      ['backup', jsonString(path)],
      ['size', jsonString(formatSize(await fileSize(path)))],
    ]),
  )
}

async function writeCoins(node: RpcNode, megaMMR: MegaMMRStore, name: string): Promise<string> {
  const ibd = (): Uint8Array => completeDownload(node.chain, node.branch)
  for (let tries = 1; ; tries++) {
    try {
      return await createFolderFile(node, name, (file) => writeBackup(megaMMR, ibd, (bytes) => file.writeFile(bytes)))
    } catch (error) {
      const isLate = error instanceof MegaMMRError && error.code === 'moved-on'
      if (!isLate || tries >= EXPORT_TRIES) throw error
    }
  }
}

/** `22_11_2026_155824` */
function fileDate(nowMs: number): string {
  const [year, month, day, ...clock] = new Date(nowMs).toISOString().slice(0, 19).split(/[-T:]/)
  return `${day}_${month}_${year}_${clock.join('')}`
}

async function importFile({ node, arguments: args }: CommandContext): Promise<ReplyMembers> {
  if (node.megaMMR === undefined) throw new RpcError('unavailable', 'MegaMMR not enabled')
  const path = await existingPath(node, args.text('file'))
  await node.rebuild((other) => loadCoinFile(other, path))
  node.quit()
  return respond(jsonObject([['message', jsonString('MegaMMR import finished.. please restart')]]))
}

/** What the file holds is loaded and checked beside the node, and thrown away. */
async function integrity({ node, arguments: args }: CommandContext): Promise<ReplyMembers> {
  if (node.megaMMR === undefined) throw new RpcError('unavailable', 'MegaMMR not enabled')
  const path = await existingPath(node, args.text('file'))
  return node.tryOut(async (other) => {
    await loadCoinFile(other, path)
    const { tree, cascade } = other.chain
    const cascadeTip = cascade.blocks[0]?.header
    const weight = floorWeight(tree.root!.totalWeight) + floorWeight(cascade.weight)
    return respond(
      jsonObject([
        ['cascadetip', jsonNumber(tree.root!.number - 1)],
        [
          'cascadedate',
          cascadeTip === undefined ? jsonNull : jsonString(new Date(Number(cascadeTip.time.asLong())).toString()),
        ],
        ['chaintip', jsonNumber(tree.tip!.number)],
        ['weight', jsonString(String(weight))],
      ]),
    )
  })
}
