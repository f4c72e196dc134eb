import { jsonArray, jsonNumber, jsonObject, jsonString, toHex } from '@minipolis/minima'
import type { NodeCore } from '../../node/core.ts'
import { type PeerAddress, PeersError, parseAddress } from '../../peers/index.ts'
import { BACKUP_SIZE_MAX, openBackup } from '../backup-file.ts'
import { byAction } from '../by-action.ts'
import {
  type Command,
  type CommandContext,
  flagParameter,
  numberParameter,
  passwordParameter,
  type ReplyMembers,
  respond,
  textParameter,
} from '../command.ts'
import { readFolderFile } from '../folder-files.ts'
import type { Arguments } from '../line/arguments.ts'
import { resync } from '../resync/resync.ts'
import { RpcError } from '../rpc-error.ts'
import type { RebuildOptions } from '../rpc-node.ts'

/** Each takes 0.12 s. */
const KEYS_MAX = 1000
/** Signatures of one key: 64^3. */
const KEY_USES_MAX = 262_144
/** One-time keys that a wallet from a phrase skips, unless more are named: nobody knows how many were used. */
const KEY_USES = 1000

export const megammrsync: Command = {
  name: 'megammrsync',
  summary:
    'Start anew with the chain of a node that keeps all coins; this node stops and takes it up when it starts again',
  access: 'write',
  parameters: [
    textParameter('action', 'mydetails, or resync'),
    textParameter('host', 'resync: host:port of a node that runs with --megammr'),
    passwordParameter('phrase', 'resync: the seed phrase of the wallet to have, in place of this one'),
    flagParameter('anyphrase', 'not done here: phrases have 24 words'),
    numberParameter('keys', 'with phrase: keys to make'),
    numberParameter('keyuses', `with phrase: signatures that each key may have made, ${KEY_USES} when absent`),
    textParameter('file', 'resync: a backup whose wallet to have, in place of this one'),
    passwordParameter('password', 'what encrypted the backup'),
  ],
  examples: ['megammrsync action:mydetails', 'megammrsync action:resync host:192.0.2.7:9001'],
  run: byAction({ mydetails: myDetails, resync: run }),
}

function myDetails({ node }: CommandContext): ReplyMembers {
  const details = node.wallet.scripts.all().flatMap(({ address, publicKey }) =>
    publicKey === undefined
      ? []
      : [
          jsonObject([
            ['publickey', jsonString(toHex(publicKey))],
            ['address', jsonString(toHex(address))],
          ]),
        ],
  )
  return respond(
    jsonObject([
      ['details', jsonArray(details)],
      ['size', jsonNumber(details.length)],
    ]),
  )
}

async function run(context: CommandContext): Promise<ReplyMembers> {
  const { node, arguments: args } = context
  const host = hostOf(args)
  if (args.flag('anyphrase', false))
    throw new RpcError('unavailable', 'anyphrase is not done here: give a phrase of 24 words')
  const fill = async (other: NodeCore) => {
    if (args.has('phrase')) await makeKeys(other, args.count('keyuses', KEY_USES, KEY_USES_MAX))
    return resync(other, host)
  }
  const { imported, refused } = await node.rebuild(fill, await walletOf(context))
  node.quit()
  return respond(
    jsonObject([
      ['message', jsonString('MegaMMR sync finished.. please restart')],
      ['coins', jsonNumber(imported)],
      ['refused', jsonNumber(refused)],
    ]),
  )
}

function hostOf(args: Arguments): PeerAddress {
  const host = args.text('host')
  try {
    return parseAddress(host)
  } catch (cause) {
    if (!(cause instanceof PeersError)) throw cause
    throw new RpcError('bad-parameter', `Invalid HOST format for resync : ${host}`, {}, { cause })
  }
}

/** Which wallet the resynced node has: that of a phrase, of a backup, or the one it has now. */
async function walletOf({ node, arguments: args }: CommandContext): Promise<RebuildOptions> {
  if (args.has('phrase')) {
    return { phrase: args.text('phrase'), ...(args.has('keys') && { keys: args.count('keys', 0, KEYS_MAX) }) }
  }
  if (!args.has('file')) return {}
  const sealed = await readFolderFile(node, args.text('file'), BACKUP_SIZE_MAX, "Restore file doesn't exist")
  return { from: await openBackup(sealed, args.text('password')) }
}

async function makeKeys({ wallet, store }: NodeCore, uses: number): Promise<void> {
  await wallet.keys.makeDefaults(new AbortController().signal)
  store.wallet.raiseAllUses(uses)
}
