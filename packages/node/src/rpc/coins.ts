import { type Coin, fromHex, MiniNumber, TOKEN_MINIMA, type Token, toHex, tokenId } from '@minipolis/minima'
import { type CoinFilter, olderCoins } from '../chain/index.ts'
import { RpcError } from './rpc-error.ts'
import type { RpcNode } from './rpc-node.ts'
import type { RpcState } from './rpc-state.ts'

export const MINIMA_ID = toHex(TOKEN_MINIMA)

/**
 * All unspent coins that the node knows, in the order of the reference's search: newest block first, within a block as it
 * made them.
 */
export function coinsBySearchOrder(
  { chain }: Pick<RpcNode, 'chain'>,
  coins: Iterable<Coin> = chain.coins.all(),
): Coin[] {
  return [...coins].sort((a, b) => b.created.compare(a.created) || compareEntries(a, b))
}

const compareEntries = (a: Coin, b: Coin): number => {
  const [left, right] = [BigInt(String(a.mmrEntry)), BigInt(String(b.mmrEntry))]
  return left < right ? -1 : Number(left > right)
}

/** Coins older than the tree that one call gives. */
const OLDER_COINS_MAX = 100_000

/**
 * Coins that fit, those of a node that keeps all coins of the chain included. @throws RpcError `too-much`
 *
 * @param fits beside the filter
 */
export async function coinsOfWholeChain(
  { chain }: Pick<RpcNode, 'chain'>,
  filter: CoinFilter,
  fits: (coin: Coin) => boolean = () => true,
): Promise<Coin[]> {
  const older = await olderCoins(chain, { filter, fits, most: OLDER_COINS_MAX + 1 })
  if (older.length > OLDER_COINS_MAX) {
    throw new RpcError('too-much', `more than ${OLDER_COINS_MAX} coins fit; ask for an address, a token or a state`)
  }
  return coinsBySearchOrder({ chain }, [...chain.coins.find(filter).filter(fits), ...older])
}

/** Coins that concern the wallet: by address, by state, or because somebody asked to track them. */
export const relevantCoins = (node: RpcNode): Coin[] => coinsBySearchOrder(node, node.chain.relevantCoins())

/**
 * Can one key of the wallet alone spend the coin? Coins at a key set aside for a purpose are left to it: they may found an anchor.
 */
export function isSimple({ wallet }: RpcNode, { address }: Coin): boolean {
  const publicKey = wallet.scripts.get(toHex(address))?.publicKey
  return publicKey !== undefined && wallet.keys.get(toHex(publicKey))?.purpose === undefined
}

/** Is a transaction under way that spends the coin? */
export const isInUse = ({ wallet, pool }: RpcNode, { coinId }: Coin): boolean =>
  wallet.isHeld(toHex(coinId)) || pool.spends(toHex(coinId))

/** Blocks since the coin was made. */
export const coinAge = ({ chain }: RpcNode, { created }: Coin): MiniNumber =>
  (chain.tip?.header.blockNumber ?? MiniNumber.ZERO).sub(created)

/** A token by id, as far as a coin of it is known or it was imported. */
export function findToken({ chain }: RpcNode, { importedTokens }: RpcState, id: string): Token | undefined {
  for (const { token } of chain.coins.find({ tokenId: id })) if (token !== null) return token
  return importedTokens.get(id)
}

/** Every token of which a coin is known, the newest coin first, then imported ones. */
export function knownTokens(node: Pick<RpcNode, 'chain'>, { importedTokens }: RpcState): Map<string, Token> {
  const tokens = new Map<string, Token>()
  for (const { token } of coinsBySearchOrder(node)) if (token !== null) addTo(tokens, token)
  for (const token of importedTokens.values()) addTo(tokens, token)
  return tokens
}

function addTo(tokens: Map<string, Token>, token: Token): void {
  const id = toHex(tokenId(token))
  if (!tokens.has(id)) tokens.set(id, token)
}

/** The id in the chain's spelling; a text that is no hex matches nothing. */
export const spelledId = (text: string): string => toHex(fromHex(text))
