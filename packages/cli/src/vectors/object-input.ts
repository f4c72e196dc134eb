import {
  type Coin,
  fromHex,
  MiniNumber,
  parseStateVariable,
  type StateVariable,
  type Token,
  type Transaction,
  withStateVariable,
} from '@minipolis/minima'
import { isRecord, Recorded } from './recorded.ts'

/** Objects from the constructor values that a recording gives in its field `input`. */
export const stateFrom = (input: Recorded): StateVariable =>
  parseStateVariable(input.number('port'), input.text('data'))

const stateListFrom = (input: Recorded): readonly StateVariable[] => input.records('state').map(stateFrom)

export const tokenFrom = (input: Recorded): Token => ({
  coinId: input.bytes('coinid'),
  script: input.text('script'),
  scale: MiniNumber.parse(input.text('scale')),
  amount: MiniNumber.parse(input.text('amount')),
  name: input.text('tokenname'),
  created: MiniNumber.parse(input.text('created')),
})

export const coinFrom = (input: Recorded): Coin => {
  const token = input.get('token')
  return {
    coinId: input.bytes('coinid'),
    address: input.bytes('address'),
    amount: MiniNumber.parse(input.text('amount')),
    tokenId: input.bytes('tokenid'),
    storeState: input.boolean('storestate'),
    mmrEntry: BigInt(input.text('mmrentry')),
    spent: input.boolean('spent') ? 1 : 0,
    created: MiniNumber.parse(input.text('created')),
    state: stateListFrom(input),
    token: isRecord(token) ? tokenFrom(new Recorded(token)) : null,
  }
}

export const transactionFrom = (input: Recorded): Transaction => ({
  inputs: input.records('inputs').map(coinFrom),
  outputs: input.records('outputs').map(coinFrom),
  state: stateListFrom(input).reduce<readonly StateVariable[]>(withStateVariable, []),
  linkHash: fromHex(input.text('linkhash')),
})
