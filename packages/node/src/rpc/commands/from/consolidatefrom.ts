import { type Coin, fromHex, MiniNumber, type Token, toMinimaAmount, toTokenAmount, txpowJson } from '@minipolis/minima'
import { coinAge, coinsBySearchOrder, isInUse, MINIMA_ID } from '../../coins.ts'
import {
  addressParameter,
  type Command,
  type CommandContext,
  flagParameter,
  hexParameter,
  numberParameter,
  REQUIRED,
  respond,
  textParameter,
} from '../../command.ts'
import { RpcError } from '../../rpc-error.ts'
import { requireTip } from '../../tip.ts'
import { requiredKeyParameters, requireGivenKey } from '../../transactions/given-key.ts'
import { outputCoin } from '../../transactions/outputs.ts'
import { completeAndPost, inOwnRow, withCoins } from './rows.ts'

const COINS = 50
/** Coins of one transaction: more do not fit into a unit. */
const COINS_MAX = 100
/** Coins that come out. Source: minima-global/Minima: src/org/minima/system/commands/send/wallet/consolidatefrom.java */
const OUTPUTS = 10
const AGE_MIN = 3
const ZERO = MiniNumber.ZERO

export const consolidatefrom: Command = {
  name: 'consolidatefrom',
  summary: 'Join the coins of an address that is not of the wallet',
  access: 'read',
  parameters: [
    addressParameter('fromaddress', 'whose coins to join', REQUIRED),
    hexParameter('tokenid', '0x00 when absent'),
    textParameter('script', 'the script of the address', REQUIRED),
    ...requiredKeyParameters,
    numberParameter('maxcoins', `how many coins, the largest first, ${COINS} when absent`),
    numberParameter('burn', 'fee in Minima; not with tokens'),
    flagParameter('mine', 'wait until it is mined; true when absent'),
  ],
  async run(context) {
    const { arguments: args } = context
    const from = args.address('fromaddress')
    const tokenId = args.address('tokenid', MINIMA_ID)
    const most = args.count('maxcoins', COINS, COINS_MAX)
    const burn = args.number('burn', ZERO)
    if (burn.moreThan(ZERO) && tokenId !== MINIMA_ID) {
      throw new RpcError('bad-parameter', 'Currently BURN only works for Minima.. tokenid:0x00.. not tokens.')
    }
    const script = args.text('script')
    requireGivenKey(args)
    const mine = args.flag('mine', true)
    const inputs = oldFreeCoins(context, from, tokenId).slice(0, Math.max(1, most))
    const outputs = joined(inputs, fromHex(from), burn)
    const txpow = await inOwnRow(context, (row) =>
      completeAndPost(context, withCoins(context, row, { inputs, outputs }), script, mine),
    )
    return respond(txpowJson(txpow))
  },
}

/** Largest first. @throws RpcError `refused` */
function oldFreeCoins({ node }: CommandContext, address: string, tokenId: string): Coin[] {
  requireTip(node)
  const found = coinsBySearchOrder(node, node.chain.coins.find({ address, tokenId }))
    .filter((coin) => coinAge(node, coin).moreThanOrEqual(MiniNumber.of(AGE_MIN)) && !isInUse(node, coin))
    .sort((a, b) => b.amount.compare(a.amount))
  if (found.length > 0) return found
  throw new RpcError(
    'refused',
    `No valid coins found to consolidate. Coins must be ${AGE_MIN} blocks old and not already in mempool.`,
  )
}

/** Equal parts; what the division leaves is in the last one, so that nothing is burned unasked. */
function joined(inputs: readonly Coin[], address: Uint8Array, burn: MiniNumber): Coin[] {
  const token = inputs[0]!.token
  const sum = inputs.reduce((total, { amount }) => total.add(amount), ZERO)
  if (burn.moreThan(ZERO) && !burn.lessThan(sum)) {
    throw new RpcError('refused', `Burn greater than total amount added ${burn} / ${sum}`)
  }
  const total = sum.sub(burn)
  const part = evenPart(total, token)
  const last = total.sub(part.mult(MiniNumber.of(OUTPUTS - 1)))
  const amounts = part.isZero() ? [total] : [...Array.from({ length: OUTPUTS - 1 }, () => part), last]
  return amounts.map((amount) => outputCoin({ address, amount, token, storeState: true }))
}

/** A tenth, cut to whole units of the token's smallest part. */
function evenPart(total: MiniNumber, token: Token | null): MiniNumber {
  const parts = MiniNumber.of(OUTPUTS)
  if (token === null) return total.div(parts)
  const scale = MiniNumber.of(10n ** BigInt(44 - token.scale.asInt()))
  const units = toTokenAmount(token, total).div(parts).mult(scale).floor().div(scale)
  return toMinimaAmount(token, units)
}
