import { basename } from 'node:path'
import { jsonArray, MiniNumber, toHex, toTokenAmount } from '@minipolis/minima'
import { type CommandCall, type CommandContext, type ReplyMembers, respond } from '../../command.ts'
import { folderPath } from '../../folder-files.ts'
import { RpcError } from '../../rpc-error.ts'
import { unlocked } from '../../transactions/unlocked.ts'
import { chosenCoin } from './coins.ts'

/*
 * A payment from a multi-signature coin goes from signer to signer as a file. Each step runs other commands, whose replies are the
 * reply, as in the reference.
 */

const NAME_BYTES = 32

/** Writes the unsigned payment into a file. */
export async function spend(context: CommandContext): Promise<ReplyMembers> {
  const { node, arguments: args } = context
  const coin = chosenCoin(node, args)
  const amount = args.number('amount')
  const units = coin.token === null ? coin.amount : toTokenAmount(coin.token, coin.amount)
  const change = units.sub(amount)
  if (change.isNegative()) throw new RpcError('bad-parameter', `the coin holds only ${units}`)
  const address = args.address('address')
  const home = toHex(coin.address)
  if (address === home) throw new RpcError('bad-parameter', 'CANNOT send funds back to yourself!')
  const file = args.text('file', `multispend_${node.now()}.txn`)
  const tokenId = toHex(coin.tokenId)
  return inOneRow(context, (id) => [
    call('txncreate', { id }),
    call('txninput', { id, coinid: toHex(coin.coinId) }),
    call('txnoutput', { id, storestate: 'false', amount: amount.toString(), address, tokenid: tokenId }),
    ...(change.moreThan(MiniNumber.ZERO)
      ? [
          ...coin.state.map(({ port, value }) => call('txnstate', { id, port: String(port), value })),
          call('txnoutput', { id, storestate: 'true', amount: change.toString(), address: home, tokenid: tokenId }),
        ]
      : []),
    call('txnexport', { id, file }),
    call('txndelete', { id }),
  ])
}

/** Adds what the keys of this wallet can sign, in a file of its own. */
export async function signFile(context: CommandContext): Promise<ReplyMembers> {
  const { node, state, arguments: args, run } = context
  const file = args.text('file')
  const signed = folderPath(node, `signed_${basename(folderPath(node, file))}`)
  const id = rowName(context)
  return unlocked(node, args, async () => {
    await run(call('txnimport', { id, file }))
    const keys = (state.rows.get(id).transaction.inputs[0]?.state ?? [])
      .map(({ value }) => value)
      .filter((value) => node.wallet.keys.get(value) !== undefined)
    return inRow(context, id, [
      ...keys.map((publickey) => call('txnsign', { id, publickey })),
      call('txnexport', { id, file: signed }),
      call('txndelete', { id }),
    ])
  })
}

export const postFile = (context: CommandContext): Promise<ReplyMembers> =>
  inOneRow(context, (id) => [
    call('txnimport', { id, file: context.arguments.text('file') }),
    call('txnpost', { id, mine: 'true', auto: 'true' }),
    call('txndelete', { id }),
  ])

export const viewFile = (context: CommandContext): Promise<ReplyMembers> =>
  inOneRow(context, (id) => [
    call('txnimport', { id, file: context.arguments.text('file') }),
    call('txndelete', { id }),
  ])

const call = (name: string, parameters: CommandCall['parameters']): CommandCall => ({ name, parameters })

const rowName = ({ node }: CommandContext): string => toHex(node.random(NAME_BYTES))

function inOneRow(context: CommandContext, commands: (id: string) => readonly CommandCall[]): Promise<ReplyMembers> {
  const id = rowName(context)
  return inRow(context, id, commands(id))
}

/** The replies of the commands, up to the first that failed. The row is gone afterwards. */
async function inRow(
  { state, replies }: CommandContext,
  id: string,
  commands: readonly CommandCall[],
): Promise<ReplyMembers> {
  try {
    return respond(jsonArray((await replies(commands)).map(({ json }) => json)))
  } finally {
    state.rows.delete(id)
  }
}
