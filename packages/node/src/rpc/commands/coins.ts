import {
  type Coin,
  coinJson,
  type JsonText,
  jsonArray,
  jsonRaw,
  jsonString,
  MiniNumber,
  toMinimaAmount,
} from '@minipolis/minima'
import { isRelevantCoin } from '../../chain/index.ts'
import { coinAge, coinsBySearchOrder, coinsOfWholeChain, isInUse, isSimple, MINIMA_ID, spelledId } from '../coins.ts'
import {
  addressParameter,
  type Command,
  type CommandContext,
  flagParameter,
  hexParameter,
  numberParameter,
  respond,
  textParameter,
} from '../command.ts'
import type { Arguments } from '../line/arguments.ts'
import type { RpcNode } from '../rpc-node.ts'
import { orderedForPaying, smallestSufficient } from '../transactions/choose-coins.ts'

const DEPTH_MAX = 2 ** 31 - 1
/** Without one of these, only the wallet's own coins are listed. */
const NARROWING = ['relevant', 'coinid', 'address', 'state', 'tokenid']

export const coins: Command = {
  name: 'coins',
  summary: 'Search unspent coins',
  access: 'read',
  parameters: [
    flagParameter('relevant', 'only coins that concern the wallet; any value means true'),
    flagParameter('sendable', 'only coins at simple addresses of the wallet'),
    hexParameter('coinid', 'the coin with this id'),
    numberParameter('amount', 'coins of exactly this raw amount'),
    addressParameter('address', 'coins at this address'),
    hexParameter('tokenid', 'coins of this token'),
    textParameter('state', 'coins that keep this state value'),
    numberParameter('coinage', 'coins at least this many blocks old'),
    numberParameter('depth', 'how many blocks back to look'),
    flagParameter('checkmempool', 'leave out coins of transactions under way'),
    textParameter('order', 'asc: oldest first; otherwise newest block first'),
    numberParameter('totalamount', 'coins that would be used to pay this amount'),
    flagParameter('simplestate', 'state as an object'),
    flagParameter('megammr', 'search all coins of the chain, where the node keeps them'),
  ],
  examples: ['coins relevant:true sendable:true', 'coins address:0xFF.. order:asc'],
  async run(context) {
    const { node, arguments: args } = context
    if (node.chain.tip === undefined) return respond(jsonArray([]))
    const chosen = chooseFor(args, ordered(args, await search(context)))
    const simpleState = args.flag('simplestate', false)
    return respond(jsonArray(chosen.map((coin) => agedCoinJson(node, coin, simpleState))))
  },
}

async function search({ node, arguments: args }: CommandContext): Promise<Coin[]> {
  const ofWholeChain = args.flag('megammr', false) && node.chain.megaMMR !== undefined
  const isRelevant = args.has('relevant') || !(ofWholeChain || NARROWING.some((name) => args.has(name)))
  const coinId = args.has('coinid') ? spelledId(args.text('coinid')) : undefined
  const address = args.has('address') ? spelledId(args.address('address')) : undefined
  const tokenId = args.has('tokenid') ? spelledId(args.text('tokenid')) : undefined
  const amount = args.has('amount') ? args.number('amount') : undefined
  const state = args.has('state') ? args.text('state') : undefined
  const age = args.number('coinage', MiniNumber.ZERO)
  const depth = MiniNumber.of(args.integer('depth', DEPTH_MAX))
  const sendable = args.flag('sendable', false)
  const free = args.flag('checkmempool', false)
  const filter = filterOf({ coinId, address, tokenId })
  const fits = (coin: Coin): boolean =>
    (!isRelevant || isRelevantCoin(coin, node.wallet.scripts)) &&
    (amount === undefined || coin.amount.equals(amount)) &&
    (state === undefined || coin.state.some(({ value }) => value === state)) &&
    coinAge(node, coin).moreThanOrEqual(age) &&
    coinAge(node, coin).lessThanOrEqual(depth) &&
    (!sendable || isSimple(node, coin)) &&
    (!free || !isInUse(node, coin))
  if (ofWholeChain) return coinsOfWholeChain(node, filter, fits)
  return coinsBySearchOrder(node, node.chain.coins.find(filter)).filter(fits)
}

interface Ids {
  readonly coinId: string | undefined
  readonly address: string | undefined
  readonly tokenId: string | undefined
}

const filterOf = ({ coinId, address, tokenId }: Ids) => ({
  ...(coinId === undefined ? {} : { coinId }),
  ...(address === undefined ? {} : { address }),
  ...(tokenId === undefined ? {} : { tokenId }),
})

function ordered(args: Arguments, found: readonly Coin[]): readonly Coin[] {
  return args.text('order', 'desc') === 'asc' ? found.toSorted((a, b) => a.created.compare(b.created)) : found
}

function chooseFor(args: Arguments, found: readonly Coin[]): readonly Coin[] {
  if (!args.has('totalamount')) return found
  const total = args.number('totalamount')
  const token = found[0]?.token
  const isToken = args.text('tokenid', MINIMA_ID) !== MINIMA_ID && token !== undefined && token !== null
  const falling = orderedForPaying(found)
  const single = smallestSufficient(falling, isToken ? toMinimaAmount(token, total) : total)
  return single === undefined ? falling : [single]
}

/** A coin with its age behind. */
function agedCoinJson(node: RpcNode, coin: Coin, simpleState: boolean): JsonText {
  const text = coinJson(coin, { simpleState })
  return jsonRaw(`${text.slice(0, -1)},"age":${jsonString(coinAge(node, coin).toString())}}`)
}
