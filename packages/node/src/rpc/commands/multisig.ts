import {
  type Coin,
  coinJson,
  encode,
  type JsonText,
  jsonArray,
  jsonObject,
  jsonString,
  MiniNumber,
  MinipolisError,
  scriptAddress,
  sha3_256,
  signedByAddress,
  text,
  toHex,
  toTokenAmount,
} from '@minipolis/minima'
import { relevantCoins, spelledId } from '../coins.ts'
import {
  addressParameter,
  arrayParameter,
  type Command,
  type CommandContext,
  hexParameter,
  numberParameter,
  passwordParameter,
  REQUIRED,
  type ReplyMembers,
  respond,
  textParameter,
} from '../command.ts'
import { folderPath } from '../folder-files.ts'
import { RpcError, SoftFailure } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { MULTISIG_SCRIPT, NO_ROOT_KEY } from '../transactions/multisig-contract.ts'

const ADDRESS = toHex(scriptAddress(MULTISIG_SCRIPT))
/** Characters of a public key in hex. */
const KEY_LENGTH = 66
/** State has 256 ports, four of them are taken. */
const KEYS_MAX = 252

type MultisigAction = (context: CommandContext) => Promise<ReplyMembers> | ReplyMembers

const actions: ReadonlyMap<string, MultisigAction> = new Map<string, MultisigAction>([
  ['create', create],
  ['getkey', getKey],
  ['list', list],
  ['spend', spend],
  ['sign', signFile],
  ['post', postFile],
  ['view', viewFile],
])

export const multisig: Command = {
  name: 'multisig',
  summary: 'Coins that n of m keys spend together',
  access: 'write',
  parameters: [
    textParameter('action', 'create, getkey, list, spend, sign, post, view', REQUIRED),
    textParameter('id', 'a name for the coin'),
    numberParameter('amount', 'create, spend: how much'),
    arrayParameter('publickeys', 'create: ["0x..",..]'),
    numberParameter('required', 'create: how many of the keys must sign'),
    hexParameter('root', 'create: a key that may spend alone'),
    hexParameter('tokenid', 'create: 0x00 when absent'),
    hexParameter('coinid', 'spend: the coin, instead of its name'),
    addressParameter('address', 'spend: the receiver'),
    textParameter('file', 'spend, sign, post, view: a file in the data folder'),
    passwordParameter('password', 'opens a locked wallet for this call'),
  ],
  async run(context) {
    const name = context.arguments.text('action')
    const action = actions.get(name)
    if (action === undefined) throw new RpcError('bad-parameter', `Invalid action : ${name}`)
    return action(context)
  },
}

/** Port 0 of the state holds this instead of the name. */
const nameHash = (name: string): string => toHex(sha3_256(encode(text, name)))

async function create({ arguments: args, run }: CommandContext): Promise<ReplyMembers> {
  const id = args.has('id') ? nameHash(args.text('id')) : ''
  const root = args.text('root', NO_ROOT_KEY)
  if (root !== NO_ROOT_KEY) insistKey(root, 'root')
  const amount = args.number('amount')
  const tokenId = args.text('tokenid', '0x00')
  const required = args.number('required')
  const keys = args.texts('publickeys')
  if (keys.length > KEYS_MAX) throw new RpcError('too-much', `at most ${KEYS_MAX} keys`)
  for (const key of keys) insistKey(key, 'public')
  if (MiniNumber.of(keys.length).lessThan(required))
    throw new RpcError('bad-parameter', 'Cannot have LESS keys than required!')
  const state = [...(id === '' ? [] : [['0', id]]), ['1', root], ['2', required.toString()], ['3', String(keys.length)]]
  state.push(...keys.map((key, index) => [String(index + 4), key]))
  const stateText = jsonObject(state.map(([port, value]) => [port!, jsonString(value!)] as const))
  const password = args.has('password') ? `password:"${args.text('password')}" ` : ''
  try {
    const sent = await run(`send ${password}tokenid:${tokenId} amount:${amount} address:${ADDRESS} state:${stateText}`)
    return respond(
      jsonObject([
        ['send', responseOf(sent)],
        ['id', jsonString(id)],
      ]),
    )
  } catch (error) {
    throw error instanceof MinipolisError ? new SoftFailure(error.message) : error
  }
}

const responseOf = (members: ReplyMembers): JsonText => members.find(([name]) => name === 'response')![1]

function insistKey(key: string, what: 'root' | 'public'): void {
  if (key.startsWith('0x') && key.length === KEY_LENGTH) return
  throw new RpcError('bad-parameter', `Invalid ${what} key : ${key}`)
}

/** A default key, drawn at random. */
async function getKey({ node }: CommandContext): Promise<ReplyMembers> {
  const address = await node.wallet.address()
  const key = node.wallet.keys.defaults().find(({ publicKey }) => toHex(signedByAddress(publicKey)) === address)
  if (key === undefined) throw new RpcError('unavailable', 'the wallet has made no key yet')
  return respond(jsonObject([['publickey', jsonString(toHex(key.publicKey))]]))
}

const ownCoins = (node: RpcNode): Coin[] => relevantCoins(node).filter(({ address }) => toHex(address) === ADDRESS)

const named = (coins: readonly Coin[], name: string): Coin[] => {
  const id = nameHash(name)
  return coins.filter(({ state }) => state.some(({ value }) => value === id))
}

function list({ node, arguments: args }: CommandContext): ReplyMembers {
  const all = ownCoins(node)
  const found = args.has('id') ? named(all, args.text('id')) : all
  return respond(jsonArray(found.map((coin) => coinJson(coin))))
}

async function spend({ node, arguments: args, run }: CommandContext): Promise<ReplyMembers> {
  const coin = args.has('id')
    ? named(ownCoins(node), args.text('id'))[0]
    : node.chain.coins.get(spelledId(args.text('coinid')))
  if (coin === undefined) {
    throw new RpcError(
      'not-found',
      args.has('id') ? `MultiSig with id not found : ${args.text('id')}` : `CoinID not found : ${args.text('coinid')}`,
    )
  }
  const amount = args.number('amount')
  const units = coin.token === null ? coin.amount : toTokenAmount(coin.token, coin.amount)
  const change = units.sub(amount)
  if (change.isNegative()) throw new RpcError('bad-parameter', `the coin holds only ${units}`)
  const address = args.address('address')
  const home = toHex(coin.address)
  if (address === home) throw new RpcError('bad-parameter', 'CANNOT send funds back to yourself!')
  const file = args.text('file', `multispend_${node.now()}.txn`)
  const tokenId = toHex(coin.tokenId)
  return inOneRow(node, run, (id) => [
    `txncreate id:${id}`,
    `txninput id:${id} coinid:${toHex(coin.coinId)} scriptmmr:true`,
    `txnoutput id:${id} storestate:false amount:${amount} address:${address} tokenid:${tokenId}`,
    ...(change.moreThan(MiniNumber.ZERO)
      ? [
          ...coin.state.map(({ port, value }) => `txnstate id:${id} port:${port} value:${value}`),
          `txnoutput id:${id} storestate:true amount:${change} address:${home} tokenid:${tokenId}`,
        ]
      : []),
    `txnexport id:${id} file:"${file}"`,
    `txndelete id:${id}`,
  ])
}

async function signFile(context: CommandContext): Promise<ReplyMembers> {
  const { node, state, arguments: args, run } = context
  const file = args.text('file')
  folderPath(node, file)
  const id = randomId(node)
  await run(`txnimport id:${id} file:"${file}"`)
  try {
    const keys = (state.rows.get(id).transaction.inputs[0]?.state ?? [])
      .map(({ value }) => value)
      .filter((value) => node.wallet.keys.get(value) !== undefined)
    const work = (): Promise<ReplyMembers> =>
      runAll(run, [
        ...keys.map((key) => `txnsign id:${id} publickey:${key}`),
        `txnexport id:${id} file:"signed_${file}"`,
      ])
    const isUnlocking = args.has('password') && node.wallet.isLocked
    return await (isUnlocking ? node.wallet.unlockedFor(args.text('password'), work) : work())
  } finally {
    state.rows.delete(id)
  }
}

function postFile({ node, arguments: args, run }: CommandContext): Promise<ReplyMembers> {
  return inOneRow(node, run, (id) => [
    `txnimport id:${id} file:"${args.text('file')}"`,
    `txnpost id:${id} auto:false txndelete:true`,
  ])
}

function viewFile({ node, arguments: args, run }: CommandContext): Promise<ReplyMembers> {
  return inOneRow(node, run, (id) => [`txnimport id:${id} file:"${args.text('file')}"`, `txndelete id:${id}`])
}

const randomId = (node: RpcNode): string => toHex(node.random(32))

const inOneRow = (
  node: RpcNode,
  run: CommandContext['run'],
  commands: (id: string) => readonly string[],
): Promise<ReplyMembers> => runAll(run, commands(randomId(node)))

/** The replies of the commands, as far as they came. */
async function runAll(run: CommandContext['run'], commands: readonly string[]): Promise<ReplyMembers> {
  const replies: JsonText[] = []
  for (const command of commands) {
    const name = command.slice(0, command.indexOf(' '))
    replies.push(jsonObject([['command', jsonString(name)], ...(await run(command))]))
  }
  return respond(jsonArray(replies))
}
