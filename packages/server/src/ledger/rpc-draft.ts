import type { Hex, OutputDraft, TransactionDraft } from '@minipolis/city'
import { type Coin, MiniNumber, type StateVariable, toHex, toTokenAmount } from '@minipolis/minima'
import { LedgerError } from './ledger-error.ts'

const MINIMA = '0x00'

/** Characters of a state text that would end the command or its word. */
const UNSAFE_STATE = /[;"]/

export interface FundedDraft {
  /** Coins to spend, the draft's own first. */
  readonly inputs: readonly Hex[]
  /** Change stands last. */
  readonly outputs: readonly OutputDraft[]
}

export interface Funds {
  /** A known unspent coin. */
  coin(id: Hex): Promise<Coin | undefined>
  /** The wallet's coins of a token that can be spent now, largest first. */
  spendable(tokenId: Hex): Promise<readonly Coin[]>
  /** What the wallet owns of a token, also what must wait, in units of the token. */
  owned(tokenId: Hex): Promise<MiniNumber>
  changeAddress(): Promise<Hex>
}

/**
 * Inputs and outputs that balance, token by token.
 *
 * @throws LedgerError `refused` for drafts that contradict themselves, `busy` when coins must wait, `insufficient-funds`
 */
export async function fundDraft(draft: TransactionDraft, funds: Funds): Promise<FundedDraft> {
  const inputs: Coin[] = []
  for (const id of draft.inputs ?? []) {
    const coin = await funds.coin(id)
    if (coin === undefined) throw new LedgerError('refused', `no unspent coin ${id} is known`, { coinId: id })
    inputs.push(coin)
  }
  for (const { amount } of draft.outputs) {
    if (!amount.moreThan(MiniNumber.ZERO)) throw new LedgerError('refused', 'an output must be above 0')
  }
  const change: OutputDraft[] = []
  for (const token of tokensOf(inputs, draft.outputs)) {
    let left = given(inputs, token).sub(wanted(draft.outputs, token))
    if (left.isNegative()) {
      if (draft.fund !== true) throw new LedgerError('refused', 'the inputs do not cover the outputs', { token })
      const added = await pay(token, MiniNumber.ZERO.sub(left), inputs, funds)
      inputs.push(...added)
      left = added.reduce((sum, coin) => sum.add(unitsOf(coin)), left)
    }
    if (left.isZero()) continue
    if (draft.fund !== true)
      throw new LedgerError('refused', `${left} of the inputs would be lost; fund the draft for change`, { token })
    change.push({ address: await funds.changeAddress(), amount: left, tokenId: token, storeState: false })
  }
  if (inputs.length === 0) throw new LedgerError('refused', 'a transaction spends at least one coin')
  return { inputs: inputs.map(({ coinId }) => toHex(coinId)), outputs: [...draft.outputs, ...change] }
}

/** Minima last, so that its change is the last output. */
const tokensOf = (inputs: readonly Coin[], outputs: readonly OutputDraft[]): Hex[] =>
  [
    ...new Set([...outputs.map(({ tokenId = MINIMA }) => tokenId), ...inputs.map(({ tokenId }) => toHex(tokenId))]),
  ].sort((a, b) => Number(a === MINIMA) - Number(b === MINIMA))

const unitsOf = ({ token, amount }: Coin): MiniNumber => (token === null ? amount : toTokenAmount(token, amount))

const given = (coins: readonly Coin[], token: Hex): MiniNumber =>
  coins.filter(({ tokenId }) => toHex(tokenId) === token).reduce((sum, coin) => sum.add(unitsOf(coin)), MiniNumber.ZERO)

const wanted = (outputs: readonly OutputDraft[], token: Hex): MiniNumber =>
  outputs
    .filter(({ tokenId = MINIMA }) => tokenId === token)
    .reduce((sum, { amount }) => sum.add(amount), MiniNumber.ZERO)

/** The smallest coin that suffices, else the largest ones. */
async function pay(token: Hex, amount: MiniNumber, taken: readonly Coin[], funds: Funds): Promise<Coin[]> {
  const ids = new Set(taken.map(({ coinId }) => toHex(coinId)))
  const free = (await funds.spendable(token)).filter(({ coinId }) => !ids.has(toHex(coinId)))
  const single = free.findLast((coin) => unitsOf(coin).moreThanOrEqual(amount))
  if (single !== undefined) return [single]
  const chosen: Coin[] = []
  let sum = MiniNumber.ZERO
  for (const coin of free) {
    chosen.push(coin)
    sum = sum.add(unitsOf(coin))
    if (sum.moreThanOrEqual(amount)) return chosen
  }
  const facts = { token, amount: amount.toString() }
  if ((await funds.owned(token)).moreThanOrEqual(amount)) {
    throw new LedgerError(
      'busy',
      `coins for ${amount} are unconfirmed or in another transaction; try again later`,
      facts,
    )
  }
  throw new LedgerError('insufficient-funds', `the wallet does not hold ${amount} of token ${token}`, facts)
}

/** The commands that build the transaction under a name. @throws LedgerError `refused` for state that no command line can say */
export function buildCommands(
  name: string,
  { inputs, outputs }: FundedDraft,
  state: readonly StateVariable[],
): string[] {
  return [
    `txncreate id:${name}`,
    ...inputs.map((coinId) => `txninput id:${name} coinid:${coinId}`),
    ...outputs.map(
      ({ address, amount, tokenId = MINIMA, storeState = true }) =>
        `txnoutput id:${name} amount:${amount} address:${address} tokenid:${tokenId} storestate:${storeState}`,
    ),
    ...state.map(({ port, value }) => `txnstate id:${name} port:${port} value:${stateText(value)}`),
    `txnbasics id:${name}`,
  ]
}

function stateText(value: string): string {
  if (!UNSAFE_STATE.test(value)) return value
  throw new LedgerError('refused', 'a command line cannot say a state text with a semicolon or a quote')
}
