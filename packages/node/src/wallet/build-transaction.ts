import {
  COIN_ID_OUTPUT,
  type Coin,
  fromHex,
  isAmountValid,
  LINK_HASH_NONE,
  MiniNumber,
  outputCoinId,
  stateSize,
  TOKEN_CREATE,
  TOKEN_MINIMA,
  type Token,
  type Transaction,
  toHex,
  toMinimaAmount,
  toTokenAmount,
} from '@minipolis/minima'
import { NodeError, WalletError } from '../errors/index.ts'
import {
  OUTPUTS_MAX,
  type OutputDraft,
  STATE_STORE_BYTES_MAX,
  TOKEN_AMOUNT_MAX,
  TOKEN_DECIMALS_MAX,
  type TokenDraft,
  type TransactionDraft,
} from './draft.ts'
import { selectCoins } from './selection.ts'

/** What the builder asks the chain and the wallet. */
export interface Funds {
  /** An unspent coin that nothing else has reserved. @throws WalletError `unknown-coin`, `coins-busy` */
  input(coinId: string): Coin
  /** The token's definition. @throws WalletError `unknown-token` */
  token(tokenId: string): Token
  /** The wallet's coins of a token that can be spent now. */
  spendable(tokenId: string): readonly Coin[]
  /** All of the wallet's coins of a token, also those that must wait. */
  owned(tokenId: string): readonly Coin[]
  /** How many coins the change of a token should be cut into, so that the next transactions need not wait for each other. */
  changeCoins(tokenId: string): number
  /** Where change goes. */
  changeAddress(): Uint8Array
}

const MINIMA = toHex(TOKEN_MINIMA)
const TOKEN_SCALE = 44

/**
 * Turns a draft into inputs and outputs that balance, token by token.
 *
 * @throws WalletError `bad-draft`, `unknown-coin`, `unknown-token`, `coins-busy`, `insufficient-funds`;
 *   NodeError `transaction-too-large`
 */
export function buildTransaction(draft: TransactionDraft, funds: Funds): Transaction {
  const inputs = (draft.inputs ?? []).map((coinId) => funds.input(coinId))
  const outputs = draft.outputs.map((output) => toCoin(output, funds))
  const state = draft.state ?? []

  for (const { token, need, given } of balances(inputs, outputs, draft.burn)) {
    let left = given.sub(need)
    if (left.isNegative()) {
      if (!draft.fund)
        throw new WalletError('bad-draft', `the inputs are ${need.sub(given)} short of the outputs`, { token })
      const added = pay(token, need.sub(given), inputs, funds)
      inputs.push(...added)
      left = added.reduce((sum, coin) => sum.add(coin.amount), left)
    }
    if (left.isZero()) continue
    if (!draft.fund) {
      throw new WalletError('bad-draft', `${left} of the inputs would be lost; add an output, or fund for change`, {
        token,
      })
    }
    const like = inputs.find((coin) => toHex(coin.tokenId) === token)!
    const pieces = Math.min(funds.changeCoins(token), OUTPUTS_MAX - outputs.length)
    for (const piece of cut(left, pieces)) outputs.push(change(piece, like, funds.changeAddress()))
  }

  const first = inputs[0]
  if (first === undefined)
    throw new WalletError('bad-draft', 'a transaction spends at least one coin; give inputs or fund it')
  const transaction: Transaction = {
    inputs,
    outputs: outputs.map((output, index) => ({ ...output, coinId: outputCoinId(first.coinId, index) })),
    state,
    linkHash: LINK_HASH_NONE,
  }
  assertRelayed(transaction)
  if (!isAmountValid(transaction)) {
    throw new WalletError('bad-draft', 'an amount is not above 0 and at most a billion, or a coin goes in twice')
  }
  return transaction
}

function assertRelayed({ outputs, state }: Transaction): void {
  if (outputs.length > OUTPUTS_MAX) {
    const facts = { outputs: outputs.length, most: OUTPUTS_MAX }
    throw new NodeError(
      'transaction-too-large',
      `${outputs.length} outputs, change included; nodes relay at most ${OUTPUTS_MAX}`,
      facts,
    )
  }
  const kept = outputs.filter((output) => output.storeState).length * stateSize(state)
  if (kept > STATE_STORE_BYTES_MAX) {
    const facts = { bytes: kept, most: STATE_STORE_BYTES_MAX }
    throw new NodeError(
      'transaction-too-large',
      `the outputs keep ${kept} bytes of state; nodes relay at most ${STATE_STORE_BYTES_MAX}`,
      facts,
    )
  }
}

/** Raw amounts wanted and given by token, Minima last, so that its change is the last output. */
function balances(inputs: readonly Coin[], outputs: readonly Coin[], burn: MiniNumber | undefined) {
  const need = sumByToken(outputs)
  const given = sumByToken(inputs)
  need.set(MINIMA, (need.get(MINIMA) ?? MiniNumber.ZERO).add(burn ?? MiniNumber.ZERO))
  return [...new Set([...need.keys(), ...given.keys()])]
    .sort((a, b) => Number(a === MINIMA) - Number(b === MINIMA))
    .map((token) => ({ token, need: need.get(token) ?? MiniNumber.ZERO, given: given.get(token) ?? MiniNumber.ZERO }))
}

/** New tokens are made of Minima, so they count as such. */
function sumByToken(coins: readonly Coin[]): Map<string, MiniNumber> {
  const sums = new Map<string, MiniNumber>()
  for (const { tokenId, amount } of coins) {
    const id = toHex(tokenId)
    const token = id === toHex(TOKEN_CREATE) ? MINIMA : id
    sums.set(token, (sums.get(token) ?? MiniNumber.ZERO).add(amount))
  }
  return sums
}

function pay(token: string, amount: MiniNumber, taken: readonly Coin[], funds: Funds): Coin[] {
  const isFree = (coin: Coin): boolean => !taken.includes(coin)
  const selected = selectCoins(funds.spendable(token).filter(isFree), amount)
  if (selected !== undefined) return selected
  const facts = { token, amount: amount.toString() }
  if (selectCoins(funds.owned(token).filter(isFree), amount) !== undefined) {
    throw new WalletError(
      'coins-busy',
      `coins for ${amount} are unconfirmed or in another transaction; try again later`,
      facts,
    )
  }
  throw new WalletError('insufficient-funds', `the wallet does not hold ${amount} of token ${token}`, facts)
}

/** Whole equal pieces and the rest with the last one; small amounts stay in one. */
function cut(amount: MiniNumber, pieces: number): MiniNumber[] {
  const piece = pieces > 1 ? amount.div(MiniNumber.of(pieces)).floor() : MiniNumber.ZERO
  if (piece.isZero()) return [amount]
  const equal = Array.from({ length: pieces - 1 }, () => piece)
  return [...equal, equal.reduce((left, part) => left.sub(part), amount)]
}

const change = (amount: MiniNumber, like: Coin, address: Uint8Array): Coin => ({
  ...emptyOutput,
  address,
  amount,
  tokenId: like.tokenId,
  token: like.token,
})

const emptyOutput: Omit<Coin, 'address' | 'amount'> = {
  coinId: COIN_ID_OUTPUT,
  tokenId: TOKEN_MINIMA,
  storeState: false,
  mmrEntry: 0n,
  spent: 0,
  created: MiniNumber.ZERO,
  state: [],
  token: null,
}

function toCoin({ address, amount, tokenId = MINIMA, storeState = true, create }: OutputDraft, funds: Funds): Coin {
  const base = { ...emptyOutput, address: fromHex(address), storeState }
  if (create !== undefined) return { ...base, ...newToken(create, amount) }
  if (tokenId === MINIMA) return { ...base, amount }
  const token = funds.token(tokenId)
  const raw = toMinimaAmount(token, amount)
  if (!toTokenAmount(token, raw).equals(amount)) {
    throw new WalletError('bad-draft', `${amount} has more decimals than the token has`, { tokenId })
  }
  return { ...base, amount: raw, tokenId: fromHex(tokenId), token }
}

function newToken(
  { name, decimals, script = 'RETURN TRUE' }: TokenDraft,
  count: MiniNumber,
): Pick<Coin, 'amount' | 'tokenId' | 'token'> {
  const isWhole = count.floor().equals(count) && count.moreThan(MiniNumber.ZERO) && count.toBigInt() <= TOKEN_AMOUNT_MAX
  if (!isWhole)
    throw new WalletError('bad-draft', `create a whole number of tokens from 1 to ${TOKEN_AMOUNT_MAX}, not ${count}`)
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > TOKEN_DECIMALS_MAX) {
    throw new WalletError('bad-draft', `a token has 0 to ${TOKEN_DECIMALS_MAX} decimals, not ${decimals}`)
  }
  const scale = MiniNumber.of(TOKEN_SCALE - decimals)
  const amount = toMinimaAmount({ scale }, count)
  return {
    amount,
    tokenId: TOKEN_CREATE,
    token: { coinId: COIN_ID_OUTPUT, script, scale, amount, name, created: MiniNumber.ZERO },
  }
}
