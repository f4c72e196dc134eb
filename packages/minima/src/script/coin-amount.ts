import { bytesEqual } from '../codec/index.ts'
import type { MiniNumber } from '../number/index.ts'
import type { Coin } from '../objects/coin.ts'
import { TOKEN_MINIMA } from '../objects/token.ts'
import { toTokenAmount } from '../objects/token-amount.ts'
import { ScriptFault } from './script-fault.ts'

/**
 * What scripts see as the amount of a coin: of plain Minima as the wire gave it, of a token in its units.
 * @throws ScriptFault `not-found` for a token coin without its token; NumberError `number-range`
 */
export const coinAmount = (coin: Coin): MiniNumber => {
  if (bytesEqual(coin.tokenId, TOKEN_MINIMA)) return coin.amount
  if (coin.token === null) throw new ScriptFault('not-found', 'a token coin comes without its token')
  return toTokenAmount(coin.token, coin.amount)
}
