import { type Coin, fromHex, MiniNumber, type Token, toHex, toMinimaAmount, toTokenAmount } from '@minipolis/minima'
import { OUTPUTS_MAX } from '../../wallet/index.ts'
import { coinAge, coinsBySearchOrder, isInUse, isSimple, MINIMA_ID, relevantCoins } from '../coins.ts'
import type { Arguments } from '../line/arguments.ts'
import { RpcError, SoftFailure } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { requireTip } from '../tip.ts'
import { createBurn } from './burn.ts'
import { coinsToPay } from './choose-coins.ts'
import { outputCoin } from './outputs.ts'
import { type Recipient, recipientsOf, totalAmount } from './recipients.ts'
import { createSpend, type Spend, spendId, spentCoins } from './spend.ts'
import { stateParameter } from './state-parameter.ts'

export interface PaymentOptions {
  /** Coins per receiver at most, and what is said of more. */
  readonly splitMax: number
  readonly splitRule: string
}

/** Split and outputs as start-up sets them; the texts of the reference name larger ones. */
export const SPLIT_MAX = 10

/** The longest amount in raw units. */
const AMOUNT_MAX = MiniNumber.BILLION

/**
 * Builds the payment that the parameters of `send` describe, from the wallet's free coins. Between this and the hold on its
 * coins nothing may wait, so that no other payment chooses the same.
 *
 * @throws RpcError, SoftFailure with the texts of the reference
 */
export function createPayment(
  node: RpcNode,
  args: Arguments,
  { splitMax, splitRule }: PaymentOptions = { splitMax: SPLIT_MAX, splitRule: 'Split must be whole number from 1 to' },
): Spend {
  const recipients = recipientsOf(args)
  const tokenText = args.text('tokenid', MINIMA_ID)
  const isMinima = tokenText === MINIMA_ID
  const storeState = args.flag('storestate', true)
  const burn = args.number('burn', MiniNumber.ZERO)
  if (burn.isNegative()) throw new RpcError('bad-parameter', `Cannot have negative burn ${burn}`)
  const split = args.number('split', MiniNumber.ONE).floor()
  if (split.lessThan(MiniNumber.ONE) || split.moreThan(MiniNumber.of(splitMax))) {
    throw new RpcError('bad-parameter', `${splitRule} ${splitMax}`)
  }
  if (args.has('state')) args.object('state')
  const total = isMinima ? totalAmount(recipients).add(burn) : totalAmount(recipients)
  const fromAddress = args.address('fromaddress', '')
  const eligible = eligibleCoins(node, args, tokenText, fromAddress)
  const first = eligible[0]
  if (first === undefined) throw new RpcError('refused', `No Coins of tokenid:${tokenText} available!`)

  const token = first.token
  const inputs = coinsToPay(
    eligible.filter((coin) => !isInUse(node, coin)),
    inMinima(token, total),
  )
  const gathered = inputs.reduce((sum, coin) => sum.add(inUnits(token, coin.amount)), MiniNumber.ZERO)
  if (token !== null && inputs.length > 0 && token.script !== 'RETURN TRUE') {
    throw new SoftFailure(`Token script is not simple : ${token.script}`)
  }
  if (gathered.lessThan(total)) {
    throw new SoftFailure(`Insufficient funds.. you only have ${gathered} require:${total}`)
  }
  insistAmount(token, total)

  const outputs = recipients.flatMap((recipient) => splitOutputs(recipient, token, split, storeState))
  const change = gathered.sub(total)
  if (change.moreThan(MiniNumber.ZERO)) {
    const address = fromAddress === '' ? node.wallet.changeAddress() : fromHex(fromAddress)
    outputs.push(outputCoin({ address, amount: inMinima(token, change), token, storeState: false }))
  }
  if (outputs.length > OUTPUTS_MAX) {
    throw new RpcError('too-much', `Too many outputs ${outputs.length} - will not be relayed by network`)
  }
  const spend = withSigner(createSpend(node, { inputs, outputs, state: stateParameter(args) }), args)
  if (isMinima || burn.isZero()) return spend
  return { ...spend, burn: createBurn(node, spendId(spend), burn, spentCoins(spend)) }
}

/** The wallet's coins of the token that are old enough. */
function eligibleCoins(node: RpcNode, args: Arguments, tokenText: string, fromAddress: string): Coin[] {
  requireTip(node)
  const least = MiniNumber.of(node.parameters.confirmDepthBlocks)
  const age = args.number('coinage', least)
  if (age.lessThan(least)) throw new RpcError('bad-parameter', `Coinage MUST be >= ${least}`)
  const found =
    fromAddress === ''
      ? relevantCoins(node).filter((coin) => isSimple(node, coin))
      : coinsBySearchOrder(node, node.chain.coins.find({ address: fromAddress }))
  return found.filter((coin) => toHex(coin.tokenId) === tokenText && coinAge(node, coin).moreThanOrEqual(age))
}

const inMinima = (token: Token | null, amount: MiniNumber): MiniNumber =>
  token === null ? amount : toMinimaAmount(token, amount)

const inUnits = (token: Token | null, amount: MiniNumber): MiniNumber =>
  token === null ? amount : toTokenAmount(token, amount)

function insistAmount(token: Token | null, total: MiniNumber): void {
  if (token !== null) {
    if (!toTokenAmount(token, toMinimaAmount(token, total)).equals(total)) {
      throw new RpcError('bad-parameter', `Invalid Token amount to send.. ${total}`)
    }
  } else if (!total.moreThan(MiniNumber.ZERO) || total.moreThan(AMOUNT_MAX)) {
    throw new RpcError('bad-parameter', `Invalid Minima amount to send.. ${total}`)
  }
}

/** Equal parts, and what the division left over as one coin more. */
function splitOutputs(
  { address, amount }: Recipient,
  token: Token | null,
  split: MiniNumber,
  storeState: boolean,
): Coin[] {
  const whole = inMinima(token, amount)
  const part = whole.div(split)
  if (!part.moreThan(MiniNumber.ZERO)) {
    throw new RpcError(
      'bad-parameter',
      `Cannot have ZERO output - output is too small for this user.. ${toHex(address)}`,
    )
  }
  const parts = Array.from({ length: split.asInt() }, () => part)
  const rest = parts.reduce((left, one) => left.sub(one), whole)
  if (rest.moreThan(MiniNumber.ZERO)) parts.push(rest)
  return parts.map((one) => outputCoin({ address, amount: one, token, storeState }))
}

const withSigner = (spend: Spend, args: Arguments): Spend =>
  args.has('signkey') ? { ...spend, signers: [args.address('signkey')] } : spend
