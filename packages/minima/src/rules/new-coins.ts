import { bytesEqual } from '../codec/index.ts'
import type { MiniNumber } from '../number/index.ts'
import { type Coin, outputCoinId, TOKEN_CREATE, type Token, type Transaction, tokenId } from '../objects/index.ts'
import { RulesError } from './rules-error.ts'

/**
 * The coins that a transaction makes: outputs with their ids, with the transaction's state where they store it, and with the
 * token that a create output brings into being. Entry number, `created` and `spent` stay as given; whoever applies the block
 * sets them. Source: minima-global/Minima: src/org/minima/objects/TxBlock.java (calculateCoins), spec 05 section 12.
 *
 * @param baseId coin id of the first proved coin; in block 1 the transaction id
 * @param blockNumber number of the block that includes the transaction
 * @throws RulesError `token-mismatch`
 */
export const newCoins = (transaction: Transaction, baseId: Uint8Array, blockNumber: MiniNumber): Coin[] =>
  transaction.outputs.map((output, index) => {
    const coinId = outputCoinId(baseId, index)
    const state = output.storeState ? transaction.state : output.state
    return { ...output, coinId, state, ...(isCreate(output) ? createdToken(output, coinId, blockNumber) : {}) }
  })

const isCreate = (output: Coin): boolean => bytesEqual(output.tokenId, TOKEN_CREATE)

/** A token's total is the amount of the output that makes it, whatever the request says. */
function createdToken(
  { token: request, amount }: Coin,
  coinId: Uint8Array,
  created: MiniNumber,
): Pick<Coin, 'token' | 'tokenId'> {
  if (request === null) throw new RulesError('token-mismatch', 'an output that creates a token carries no token')
  const token: Token = { coinId, script: request.script, scale: request.scale, amount, name: request.name, created }
  return { token, tokenId: tokenId(token) }
}
