import {
  encode,
  fromHex,
  type JsonValue,
  MiniNumber,
  outputCoinId,
  printJson,
  Signature,
  TOKEN_CREATE,
  type Token,
  toHex,
  txpowJson,
} from '@minipolis/minima'
import { coinAge, isInUse, isSimple, MINIMA_ID, relevantCoins } from '../coins.ts'
import {
  type Command,
  flagParameter,
  hexParameter,
  numberParameter,
  objectParameter,
  REQUIRED,
  respond,
  textParameter,
} from '../command.ts'
import type { Arguments } from '../line/arguments.ts'
import { RpcError, SoftFailure } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { requireTip } from '../tip.ts'
import { takeUntil } from '../transactions/choose-coins.ts'
import { outputCoin } from '../transactions/outputs.ts'
import { signAndPost } from '../transactions/signed-post.ts'
import { createSpend } from '../transactions/spend.ts'
import { stateParameter } from '../transactions/state-parameter.ts'

const DECIMALS_MAX = 16
const SCALE_MAX = 44
const TRILLION = MiniNumber.of(10n ** 12n)
const COIN_ID_NONE = Uint8Array.of(0x00)

export const tokencreate: Command = {
  name: 'tokencreate',
  summary: 'Create a token',
  access: 'write',
  parameters: [
    textParameter('name', 'a text, or an object with a member "name"', REQUIRED),
    numberParameter('amount', 'how many, a whole number', REQUIRED),
    numberParameter('decimals', `decimals of one token, 8 when absent, at most ${DECIMALS_MAX}`),
    textParameter('script', 'runs whenever the token moves; RETURN TRUE when absent'),
    objectParameter('state', '{"port":"value"}'),
    hexParameter('signtoken', 'public key of the wallet that signs the token'),
    textParameter('webvalidate', 'address of a file that holds the token id'),
    numberParameter('burn', 'fee in Minima'),
    flagParameter('mine', 'wait until the transaction is mined'),
    flagParameter('uselimits', 'false lifts the limits of decimals and amount'),
  ],
  examples: [
    'tokencreate name:energy amount:1000 decimals:2',
    'tokencreate name:{"name":"lamp 7"} amount:1 decimals:0',
  ],
  async run({ node, state, arguments: args }) {
    if (!args.has('name') || !args.has('amount')) throw new RpcError('bad-parameter', 'MUST specify name and amount')
    // Here, unlike in `send`, a value must be a text.
    if (args.has('state')) args.entries('state')
    const variables = stateParameter(args)
    const name = nameOf(args)
    const { scale, amount } = quantities(args)
    const script = args.text('script', 'RETURN TRUE')

    const needed = amount.add(args.number('burn', MiniNumber.ZERO))
    const inputs = takeUntil(freeCoins(node), needed)
    const gathered = inputs.reduce((sum, coin) => sum.add(coin.amount), MiniNumber.ZERO)
    if (gathered.lessThan(needed)) throw new SoftFailure(`Insufficient funds.. you only have ${gathered}`)

    const hold = node.wallet.hold(inputs.map(({ coinId }) => toHex(coinId)))
    try {
      if (args.has('webvalidate')) name.set('webvalidate', args.text('webvalidate'))
      if (args.has('signtoken')) await signName(node, name, args.text('signtoken'), inputs[0]!.coinId)
      if (args.isObject('name')) args.echo.set('name', name)
      const token: Token = {
        coinId: COIN_ID_NONE,
        script,
        scale,
        amount,
        name: printJson(name),
        created: MiniNumber.ZERO,
      }
      const created = outputCoin({ address: node.wallet.changeAddress(), amount, token: null, storeState: true })
      const outputs = [{ ...created, tokenId: TOKEN_CREATE, token }]
      const change = gathered.sub(needed)
      if (change.moreThan(MiniNumber.ZERO)) {
        const back = { address: node.wallet.changeAddress(), amount: change, token: null, storeState: false }
        outputs.push(outputCoin(back) as (typeof outputs)[number])
      }
      const spend = createSpend(node, { inputs, outputs, state: variables })
      return respond(txpowJson(await signAndPost(node, state, args, spend)))
    } finally {
      hold.release()
    }
  },
}

/** The name as the token stores it: always an object. */
function nameOf(args: Arguments): Map<string, JsonValue> {
  if (!args.isObject('name')) return new Map([['name', args.text('name')]])
  const name = args.object('name')
  if (!name.has('name')) throw new RpcError('bad-parameter', "MUST specify a 'name' for the token in the JSON")
  return new Map(name)
}

function quantities(args: Arguments): { scale: MiniNumber; amount: MiniNumber } {
  const limits = args.flag('uselimits', true)
  const decimals = args.count('decimals', 8, SCALE_MAX)
  if (limits && decimals > DECIMALS_MAX) throw new RpcError('bad-parameter', `MAX ${DECIMALS_MAX} decimal places`)
  const count = args.number('amount').floor()
  if (limits && count.moreThan(TRILLION)) throw new RpcError('bad-parameter', 'MAX 1 Trillion coins for a token')
  if (!count.moreThan(MiniNumber.ZERO)) throw new RpcError('bad-parameter', 'Cannot create less than 1 token')
  const amount = MiniNumber.UNIT.mult(MiniNumber.TEN.pow(decimals)).mult(count)
  return { scale: MiniNumber.of(SCALE_MAX - decimals), amount }
}

/** Confirmed coins of Minima that nothing else uses, in search order: tokens are made of the first that reach. */
function freeCoins(node: RpcNode) {
  requireTip(node)
  const age = MiniNumber.of(node.parameters.confirmDepthBlocks)
  const coins = relevantCoins(node).filter(
    (coin) => toHex(coin.tokenId) === MINIMA_ID && isSimple(node, coin) && coinAge(node, coin).moreThanOrEqual(age),
  )
  if (coins.length === 0) throw new RpcError('refused', 'No Minima Coins available!')
  return coins.filter((coin) => !isInUse(node, coin))
}

/** The signature covers the coin id that the token will have. */
async function signName(
  node: RpcNode,
  name: Map<string, JsonValue>,
  publicKey: string,
  firstCoinId: Uint8Array,
): Promise<void> {
  const signature = await node.wallet.keys.sign(toHex(fromHex(publicKey)), outputCoinId(firstCoinId, 0))
  name.set('signtype', 'minima')
  name.set('signedby', publicKey)
  name.set('signature', toHex(encode(Signature, signature)))
}
