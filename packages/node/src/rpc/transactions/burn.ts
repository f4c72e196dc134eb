import { MiniNumber, toHex } from '@minipolis/minima'
import { isInUse, isSimple, MINIMA_ID, relevantCoins } from '../coins.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { takeUntil } from './choose-coins.ts'
import { outputCoin } from './outputs.ts'
import { createSpend, type Spend } from './spend.ts'

/**
 * A second transaction that leaves `amount` of Minima over for the one it is linked to.
 *
 * @param taken ids of coins that are spent already, hex
 * @throws RpcError `refused` without enough free coins
 */
export function createBurn(node: RpcNode, linkHash: Uint8Array, amount: MiniNumber, taken: readonly string[]): Spend {
  const free = relevantCoins(node).filter(
    (coin) =>
      toHex(coin.tokenId) === MINIMA_ID &&
      isSimple(node, coin) &&
      !taken.includes(toHex(coin.coinId)) &&
      !isInUse(node, coin),
  )
  const inputs = takeUntil(free, amount)
  const change = inputs.reduce((sum, coin) => sum.add(coin.amount), MiniNumber.ZERO).sub(amount)
  if (change.isNegative()) throw new RpcError('refused', 'Not enough funds / coins for the burn..')
  const back = outputCoin({ address: node.wallet.changeAddress(), amount: change, token: null, storeState: false })
  return createSpend(node, { inputs, outputs: change.isZero() ? [] : [back], linkHash })
}
