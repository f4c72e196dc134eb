import { type Coin, coinJson, encode, jsonArray, sha3_256, text, toHex } from '@minipolis/minima'
import { relevantCoins, spelledId } from '../../coins.ts'
import { type CommandContext, type ReplyMembers, respond } from '../../command.ts'
import type { Arguments } from '../../line/arguments.ts'
import { RpcError } from '../../rpc-error.ts'
import type { RpcNode } from '../../rpc-node.ts'
import { MULTISIG_ADDRESS } from '../../transactions/multisig-contract.ts'

/** Port 0 of the state holds this instead of the name. */
export const nameHash = (name: string): string => toHex(sha3_256(encode(text, name)))

const ownCoins = (node: RpcNode): Coin[] =>
  relevantCoins(node).filter(({ address }) => toHex(address) === MULTISIG_ADDRESS)

const named = (coins: readonly Coin[], name: string): Coin[] => {
  const id = nameHash(name)
  return coins.filter(({ state }) => state.some(({ value }) => value === id))
}

export function list({ node, arguments: args }: CommandContext): ReplyMembers {
  const all = ownCoins(node)
  const found = args.has('id') ? named(all, args.text('id')) : all
  return respond(jsonArray(found.map((coin) => coinJson(coin))))
}

/** The coin that `id` or `coinid` names. @throws RpcError `not-found` */
export function chosenCoin(node: RpcNode, args: Arguments): Coin {
  if (args.has('id')) {
    const id = args.text('id')
    const coin = named(ownCoins(node), id)[0]
    if (coin === undefined) throw new RpcError('not-found', `MultiSig with id not found : ${nameHash(id)}`)
    return coin
  }
  const id = args.text('coinid')
  const coin = node.chain.coins.get(spelledId(id))
  if (coin === undefined) throw new RpcError('not-found', `CoinID not found : ${id}`)
  return coin
}
