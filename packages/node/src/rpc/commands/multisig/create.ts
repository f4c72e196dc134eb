import { jsonObject, jsonString, MiniNumber, MinipolisError, signedByAddress, toHex } from '@minipolis/minima'
import { type CommandContext, type ReplyMembers, respond } from '../../command.ts'
import { RpcError, SoftFailure } from '../../rpc-error.ts'
import { MULTISIG_ADDRESS, NO_ROOT_KEY } from '../../transactions/multisig-contract.ts'
import { nameHash } from './coins.ts'

/** Characters of a public key in hex. */
const KEY_LENGTH = 66
/** State has 256 ports, four of them are taken. */
const KEYS_MAX = 252

export async function create({ arguments: args, run }: CommandContext): Promise<ReplyMembers> {
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
  const state = new Map([
    ...(id === '' ? [] : ([['0', id]] as const)),
    ['1', root],
    ['2', required.toString()],
    ['3', String(keys.length)],
    ...keys.map((key, index) => [String(index + 4), key] as const),
  ])
  try {
    const sent = await run({
      name: 'send',
      parameters: {
        ...(args.has('password') && { password: args.text('password') }),
        tokenid: tokenId,
        amount: amount.toString(),
        address: MULTISIG_ADDRESS,
        state,
      },
    })
    const response = sent.find(([name]) => name === 'response')![1]
    return respond(
      jsonObject([
        ['send', response],
        ['id', jsonString(id)],
      ]),
    )
  } catch (error) {
    throw error instanceof MinipolisError ? new SoftFailure(error.message) : error
  }
}

function insistKey(key: string, what: 'root' | 'public'): void {
  if (key.startsWith('0x') && key.length === KEY_LENGTH) return
  throw new RpcError('bad-parameter', `Invalid ${what} key : ${key}`)
}

/** A default key, drawn at random. */
export async function getKey({ node }: CommandContext): Promise<ReplyMembers> {
  const address = await node.wallet.address()
  const key = node.wallet.keys.defaults().find(({ publicKey }) => toHex(signedByAddress(publicKey)) === address)
  if (key === undefined) throw new RpcError('unavailable', 'the wallet has made no key yet')
  return respond(jsonObject([['publickey', jsonString(toHex(key.publicKey))]]))
}
