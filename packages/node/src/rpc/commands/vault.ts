import {
  cleanSeedPhrase,
  formatMxAddress,
  jsonArray,
  jsonBoolean,
  jsonObject,
  jsonString,
  seedOfPhrase,
  signedByAddress,
  TreeKey,
  toHex,
  WALLET_KEY_SHAPE,
  walletPrivateSeed,
} from '@minipolis/minima'
import { byAction } from '../by-action.ts'
import {
  type Command,
  type CommandContext,
  numberParameter,
  passwordParameter,
  type ReplyMembers,
  respond,
  respondText,
  textParameter,
} from '../command.ts'
import { REDACTED } from '../envelope.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

/** Keys that one call derives; each takes 0.12 s. */
const TEST_KEYS_MAX = 16
const TEST_KEYS = 4

export const vault: Command = {
  name: 'vault',
  summary: 'The seed phrase, and the password that locks it',
  access: 'write',
  parameters: [
    textParameter('action', 'seed (default), passwordlock, passwordunlock, restorekeys, testphrase'),
    passwordParameter('seed', 'wipekeys: the seed'),
    passwordParameter('phrase', 'restorekeys, testphrase: a seed phrase'),
    passwordParameter('password', 'passwordlock, passwordunlock: the password'),
    passwordParameter('confirm', 'passwordlock: the password again'),
    numberParameter('keyuses', 'accepted and not used'),
    numberParameter('numkeys', `testphrase: keys to show, ${TEST_KEYS} when absent`),
  ],
  run: byAction(
    {
      seed,
      passwordlock: lock,
      passwordunlock: unlock,
      wipekeys: wipe,
      testphrase: testPhrase,
      restorekeys: restoreKeys,
      resetkeys: resetKeys,
    },
    { initial: 'seed' },
  ),
}

const seedHex = ({ wallet }: RpcNode): string => (wallet.isLocked ? '0x00' : toHex(seedOfPhrase(wallet.phrase)))

function seed({ node }: CommandContext): ReplyMembers {
  return respond(
    jsonObject([
      ['phrase', jsonString(node.wallet.phrase)],
      ['seed', jsonString(seedHex(node))],
      ['locked', jsonBoolean(node.wallet.isLocked)],
    ]),
  )
}

async function lock({ node, arguments: args }: CommandContext): Promise<ReplyMembers> {
  insistComplete(node)
  const password = args.text('password')
  if (args.has('confirm') && args.text('confirm') !== password) {
    throw new RpcError('bad-parameter', 'Passwords do NOT match!')
  }
  if (node.wallet.isLocked) throw new RpcError('refused', 'DB already locked!')
  await node.wallet.lock(password)
  return respondText('All private keys wiped! Stored encrypted in UserDB')
}

async function unlock({ node, arguments: args }: CommandContext): Promise<ReplyMembers> {
  await node.wallet.unlock(args.text('password'))
  return respondText('All private keys restored!')
}

/** The reference then keeps no key at all. Whoever mistypes nothing here loses everything, so this node asks for a password. */
function wipe({ node, arguments: args }: CommandContext): ReplyMembers {
  insistComplete(node)
  if (node.wallet.isLocked) throw new RpcError('refused', 'DB already locked!')
  if (args.hex('seed') !== seedHex(node)) throw new RpcError('bad-parameter', 'Incorrect seed for lock')
  throw new RpcError('unavailable', 'wipekeys is not done here; lock the keys with passwordlock instead')
}

/** Opens a locked wallet with its phrase, where the password is lost. */
function restoreKeys({ node, arguments: args }: CommandContext): ReplyMembers {
  const entered = args.text('phrase')
  const cleaned = cleanSeedPhrase(entered)
  node.wallet.reopen(cleaned)
  return respond(
    jsonObject([
      // Secrets are not given back.
      ['entered', jsonString(REDACTED)],
      ['cleaned', jsonString(REDACTED)],
      ['same', jsonBoolean(cleaned.toLowerCase() === entered.toLowerCase())],
      ['result', jsonString('All private keys restored!')],
    ]),
  )
}

/** The reference wipes chain and wallet here, with no way back. */
function resetKeys({ arguments: args }: CommandContext): ReplyMembers {
  args.text('phrase')
  throw new RpcError(
    'unavailable',
    'resetkeys is not done here; megammrsync action:resync begins anew with a phrase and a host',
  )
}

function insistComplete({ wallet }: RpcNode): void {
  if (wallet.keys.isComplete) return
  throw new RpcError('unavailable', 'Please wait for ALL your keys to be created..')
}

function testPhrase({ arguments: args }: CommandContext): ReplyMembers {
  const phrase = cleanSeedPhrase(args.text('phrase'))
  const walletSeed = seedOfPhrase(phrase)
  const count = args.count('numkeys', TEST_KEYS, TEST_KEYS_MAX)
  const keys = Array.from({ length: count }, (_, number) => {
    const { publicKey } = new TreeKey(walletPrivateSeed(walletSeed, number), WALLET_KEY_SHAPE)
    return jsonObject([
      ['publickey', jsonString(toHex(publicKey))],
      ['address', jsonString(formatMxAddress(signedByAddress(publicKey)))],
    ])
  })
  return respond(
    jsonObject([
      ['phrase', jsonString(phrase)],
      ['seed', jsonString(toHex(walletSeed))],
      ['address', jsonArray(keys)],
    ]),
  )
}
