import { type Coin, MiniNumber, MinipolisError, toHex, toTokenAmount, txpowJson } from '@minipolis/minima'
import { coinAge, isSimple, relevantCoins } from '../coins.ts'
import {
  type Command,
  flagParameter,
  hexParameter,
  numberParameter,
  passwordParameter,
  REQUIRED,
  respond,
} from '../command.ts'
import { Arguments } from '../line/arguments.ts'
import { RpcError, SoftFailure } from '../rpc-error.ts'
import { requireTip } from '../tip.ts'
import { orderedForPaying } from '../transactions/choose-coins.ts'
import { createPayment } from '../transactions/payment.ts'
import { unmined } from '../transactions/post.ts'
import { signAndPost } from '../transactions/signed-post.ts'
import { unsigned } from '../transactions/spend.ts'

const COINS_MIN = 3
const COINS_MAX = 20
const SIGNATURES_MAX = 5
/** Above these a transaction grows too large anyway. */
const LIMIT_MAX = 256

export const consolidate: Command = {
  name: 'consolidate',
  summary: 'Join many coins of the wallet into two',
  access: 'write',
  parameters: [
    hexParameter('tokenid', '0x00 for Minima', REQUIRED),
    numberParameter('coinage', 'blocks that a coin must be old'),
    numberParameter('maxcoins', `coins to join, ${COINS_MAX} when absent`),
    numberParameter('maxsigs', `signatures to make, ${SIGNATURES_MAX} when absent`),
    numberParameter('burn', 'fee in Minima'),
    flagParameter('debug', 'accepted and not used'),
    flagParameter('dryrun', 'build, but neither sign nor send'),
    passwordParameter('password', 'opens a locked wallet for this call'),
  ],
  async run({ node, state, arguments: args }) {
    const tokenId = args.text('tokenid')
    requireTip(node)
    const least = MiniNumber.of(node.parameters.confirmDepthBlocks)
    const age = args.number('coinage', least)
    if (age.lessThan(least)) throw new RpcError('bad-parameter', `Coinage MUST be >= ${least}`)
    const coins = relevantCoins(node).filter(
      (coin) => toHex(coin.tokenId) === tokenId && isSimple(node, coin) && coinAge(node, coin).moreThanOrEqual(age),
    )
    if (coins.length < COINS_MIN) throw new RpcError('refused', `Not enough coins (${coins.length}) to consolidate`)
    const limits = {
      coins: args.count('maxcoins', COINS_MAX, LIMIT_MAX),
      keys: args.count('maxsigs', SIGNATURES_MAX, LIMIT_MAX),
    }
    const payment = new Arguments(
      new Map([
        ...args.echo,
        ['split', '2'],
        ['amount', amountOf(orderedForPaying(coins), limits).toString()],
        ['address', await node.wallet.address()],
      ]),
    )
    try {
      const spend = createPayment(node, payment)
      const isDryRun = args.flag('dryrun', false)
      return respond(
        txpowJson(isDryRun ? unmined(node.template(unsigned(spend))) : await signAndPost(node, state, payment, spend)),
      )
    } catch (error) {
      throw error instanceof MinipolisError ? new SoftFailure(error.message) : error
    }
  },
}

/** What the first coins are worth together, in units of the token. */
function amountOf(coins: readonly Coin[], limits: { readonly coins: number; readonly keys: number }): MiniNumber {
  const addresses = new Set<string>()
  let sum = MiniNumber.ZERO
  for (const { address, amount, token } of coins.slice(0, limits.coins)) {
    addresses.add(toHex(address))
    if (addresses.size > limits.keys) break
    sum = sum.add(token === null ? amount : toTokenAmount(token, amount))
  }
  return sum
}
