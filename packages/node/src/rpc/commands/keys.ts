import {
  bigIntToBytes,
  createSeedPhrase,
  formatMxAddress,
  fromHex,
  type JsonText,
  jsonArray,
  jsonNumber,
  jsonObject,
  jsonString,
  seedOfPhrase,
  signedByAddress,
  signedByScript,
  TreeKey,
  toHex,
  WALLET_KEY_SHAPE,
  walletPrivateSeed,
} from '@minipolis/minima'
import type { StoredKey } from '../../store/index.ts'
import { byAction } from '../by-action.ts'
import {
  type Command,
  type CommandContext,
  hexParameter,
  passwordParameter,
  type ReplyMembers,
  respond,
  textParameter,
} from '../command.ts'
import { RpcError } from '../rpc-error.ts'
import { insistRoomForScript } from './script-row.ts'

const { keysPerLevel, levels } = WALLET_KEY_SHAPE

const modifierOf = ({ number }: StoredKey): string => toHex(bigIntToBytes(BigInt(number)))

const keyJson = (key: StoredKey, modifier: string): JsonText =>
  jsonObject([
    ['size', jsonNumber(keysPerLevel)],
    ['depth', jsonNumber(levels)],
    ['uses', jsonNumber(key.uses)],
    ['maxuses', jsonNumber(keysPerLevel ** levels)],
    ['modifier', jsonString(modifier)],
    ['publickey', jsonString(toHex(key.publicKey))],
  ])

export const keys: Command = {
  name: 'keys',
  summary: 'List the public keys of the wallet, or make a new one',
  access: 'read',
  parameters: [
    textParameter('action', 'list (default), new, checkkeys, or genkey: a key of its own that is not stored'),
    hexParameter('publickey', 'list only this key'),
    textParameter('modifier', 'list only the key of this modifier'),
    passwordParameter('phrase', 'genkey: the seed phrase; a new one when absent'),
  ],
  run: byAction(
    { list, new: make, genkey: generate, checkkeys: check },
    { initial: 'list', unknown: 'Unknown action : ' },
  ),
}

function list({ node, arguments: args }: CommandContext): ReplyMembers {
  const publicKey = args.has('publickey') ? toHex(fromHex(args.text('publickey'))) : undefined
  const modifier = args.text('modifier', '')
  const found = node.wallet.keys
    .all()
    .filter((key) => publicKey === undefined || toHex(key.publicKey) === publicKey)
    .filter((key) => modifier === '' || publicKey !== undefined || modifierOf(key) === modifier)
  return respond(
    jsonObject([
      ['keys', jsonArray(found.map((key) => keyJson(key, modifierOf(key))))],
      ['total', jsonNumber(found.length)],
      ['maxuses', jsonNumber(Math.max(0, ...found.map(({ uses }) => uses)))],
    ]),
  )
}

/** The reply of the reference shows modifier 0 for every new key. */
async function make({ node }: CommandContext): Promise<ReplyMembers> {
  insistRoomForScript(node)
  return respond(keyJson(await node.wallet.keys.another(), '0x00'))
}

function generate({ node, arguments: args }: CommandContext): ReplyMembers {
  const phrase = args.has('phrase') ? args.text('phrase') : createSeedPhrase(node.random)
  const privateKey = walletPrivateSeed(seedOfPhrase(phrase), 0)
  const { publicKey } = new TreeKey(privateKey, WALLET_KEY_SHAPE)
  const address = signedByAddress(publicKey)
  return respond(
    jsonObject([
      ['phrase', jsonString(phrase)],
      ['privatekey', jsonString(toHex(privateKey))],
      ['modifier', jsonNumber(0)],
      ['publickey', jsonString(toHex(publicKey))],
      ['script', jsonString(signedByScript(publicKey))],
      ['address', jsonString(toHex(address))],
      ['miniaddress', jsonString(formatMxAddress(address))],
    ]),
  )
}

/** Makes every key anew from the seed: 0.12 s each. */
async function check({ node }: CommandContext): Promise<ReplyMembers> {
  if (node.wallet.isLocked) throw new RpcError('unavailable', 'Cannot check keys of locked DB..')
  const all = node.wallet.keys.all()
  let correct = 0
  for (const key of all) if (await node.wallet.keys.isIntact(key)) correct++
  return respond(
    jsonObject([
      ['allkeys', jsonNumber(all.length)],
      ['correct', jsonNumber(correct)],
      ['wrong', jsonNumber(all.length - correct)],
    ]),
  )
}
