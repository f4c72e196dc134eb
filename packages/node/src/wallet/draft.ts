import type { MiniNumber, StateVariable } from '@minipolis/minima'

/** A token to create with an output. */
export interface TokenDraft {
  /** Text, or JSON text with a member `name`, as the reference writes it. */
  readonly name: string
  /** Decimals of one token: 0 to 16. */
  readonly decimals: number
  /** Runs beside the coin's own script whenever the token moves. `RETURN TRUE` allows everything. */
  readonly script?: string
}

/** An output to make. Ids and addresses are hex with `0x`. */
export interface OutputDraft {
  /** Hash of the script that guards the coin. */
  readonly address: string
  /** In units of the token; for a new token, how many to create. */
  readonly amount: MiniNumber
  /** `0x00`, plain Minima, when absent. */
  readonly tokenId?: string
  /** Keep the transaction's state with the coin; on by default. */
  readonly storeState?: boolean
  /** Creates a token instead of moving one. */
  readonly create?: TokenDraft
}

/** What a transaction should do; proofs, scripts, change and signatures are the wallet's work. */
export interface TransactionDraft {
  /** Coins that must be spent, by id, in this order, before any that are added for funding. */
  readonly inputs?: readonly string[]
  readonly outputs: readonly OutputDraft[]
  readonly state?: readonly StateVariable[]
  /** Public keys of the wallet that must sign, beside those of inputs at simple addresses of the wallet. */
  readonly signers?: readonly string[]
  /** Add coins of the wallet until the outputs are covered, and send what is over back to the wallet. */
  readonly fund?: boolean
  /** Raw Minima to leave over for nobody, so that the transaction is preferred. */
  readonly burn?: MiniNumber
  /** Scripts of input addresses that the wallet does not know. */
  readonly scripts?: readonly string[]
}

/** Outputs of one transaction above which nodes do not relay it. */
export const OUTPUTS_MAX = 15
/** Bytes of state kept by all outputs together above which nodes do not relay it. */
export const STATE_STORE_BYTES_MAX = 65536
/** Decimals a new token may have. */
export const TOKEN_DECIMALS_MAX = 16
/** Largest number of tokens created at once. */
export const TOKEN_AMOUNT_MAX = 10n ** 12n
