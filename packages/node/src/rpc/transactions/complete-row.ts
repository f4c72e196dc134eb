import { bytesEqual, COIN_ID_FLOATING, type Coin, coinJson, toHex } from '@minipolis/minima'
import { coinsBySearchOrder } from '../coins.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { coinProofs, knownScripts, requiredScripts } from './prove.ts'
import type { TransactionRow } from './rows.ts'
import { withScripts } from './witness.ts'

/**
 * The row with proofs and scripts for all of its inputs.
 *
 * @param strict insist on every coin and script instead of leaving out what is unknown
 * @throws RpcError `not-found`
 */
export function completeRow(node: RpcNode, row: TransactionRow, strict: boolean): TransactionRow {
  const coins = row.transaction.inputs.flatMap((input) => currentCoin(node, input, strict) ?? [])
  const scripts = strict ? requiredScripts(node, coins) : knownScripts(node, coins)
  const proofs = [...row.witness.coinProofs, ...coinProofs(node, coins)]
  return { ...row, witness: withScripts({ ...row.witness, coinProofs: proofs }, scripts) }
}

/** The unspent coin that an input stands for; for a floating one the newest that fits. */
function currentCoin(node: RpcNode, input: Coin, strict: boolean): Coin | undefined {
  const isFloating = bytesEqual(input.coinId, COIN_ID_FLOATING)
  const coin = isFloating ? newestLike(node, input) : node.chain.coin(toHex(input.coinId))
  if (coin !== undefined || !strict) return coin
  throw new RpcError(
    'not-found',
    isFloating
      ? `Could not find valid unspent coin for ${coinJson(input)}`
      : `Coin with CoinID not found : ${toHex(input.coinId)}`,
  )
}

function newestLike(node: RpcNode, { address, amount, tokenId }: Coin): Coin | undefined {
  const candidates = node.chain.coins.find({ address: toHex(address), tokenId: toHex(tokenId) })
  return coinsBySearchOrder(node, candidates).find((coin) => coin.amount.equals(amount))
}
