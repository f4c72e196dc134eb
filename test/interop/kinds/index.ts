import type { TransactionKind } from './kind.ts'
import { payments } from './payments.ts'
import { scripts } from './scripts.ts'
import { state } from './state.ts'
import { tokens } from './tokens.ts'

export type { TransactionKind } from './kind.ts'
export { type CoinJson, Maker, type TxPoWJson } from './maker.ts'

/** Every kind of transaction of the recorded chains that commands can make. */
export const kinds: readonly TransactionKind[] = [...payments, ...state, ...tokens, ...scripts]
