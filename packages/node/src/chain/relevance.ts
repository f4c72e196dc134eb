import { type Coin, StateType, type StateVariable, type Transaction, type TxPoW, toHex } from '@minipolis/minima'

/** What makes a coin the wallet's concern. Hex as the chain prints it. */
export interface Interests {
  /** Is this the address of a tracked script? */
  isTracked(address: string): boolean
  /** Is this one of the wallet's public keys? */
  isKey(publicKey: string): boolean
  /** Was this one coin asked to be watched, or not to be? Undefined when nobody asked. */
  watchesCoin(coinId: Uint8Array): boolean | undefined
}

/**
 * A coin is relevant when its address is tracked, or when a hex state variable it keeps is a tracked address or one of the
 * wallet's public keys, unless somebody decided about this very coin. Source: spec 05 section 18.2
 */
export const isRelevantCoin = (coin: Coin, interests: Interests): boolean =>
  interests.watchesCoin(coin.coinId) ??
  (interests.isTracked(toHex(coin.address)) || namesInterest(coin.state, interests))

/** The same test over everything a TxPoW moves; relevant ones are kept for ever. */
export const isRelevantTxPoW = ({ body }: TxPoW, interests: Interests): boolean =>
  body !== null && [body.transaction, body.burnTransaction].some((part) => isRelevantTransaction(part, interests))

const isRelevantTransaction = ({ inputs, outputs, state }: Transaction, interests: Interests): boolean =>
  namesInterest(state, interests) ||
  inputs.some((coin) => isRelevantCoin(coin, interests)) ||
  outputs.some((coin) => isRelevantCoin(coin, interests))

const namesInterest = (state: readonly StateVariable[], interests: Interests): boolean =>
  state.some(({ type, value }) => type === StateType.hex && (interests.isTracked(value) || interests.isKey(value)))
