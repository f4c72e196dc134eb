import { COIN_ID_OUTPUT, type Coin, MiniNumber, TOKEN_MINIMA, type Token, tokenId } from '@minipolis/minima'

export interface OutputOptions {
  readonly address: Uint8Array
  /** Raw Minima. */
  readonly amount: MiniNumber
  /** Null for plain Minima. */
  readonly token: Token | null
  readonly storeState: boolean
}

/** A coin to be made; its id follows from the inputs. */
export const outputCoin = ({ address, amount, token, storeState }: OutputOptions): Coin => ({
  coinId: COIN_ID_OUTPUT,
  address,
  amount,
  tokenId: token === null ? TOKEN_MINIMA : tokenId(token),
  storeState,
  mmrEntry: 0n,
  spent: 0,
  created: MiniNumber.ZERO,
  state: [],
  token,
})
