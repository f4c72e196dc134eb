import { bytesEqual, toHex } from '../codec/index.ts'
import { MinipolisError } from '../errors/minipolis-error.ts'
import type { Coin } from '../objects/coin.ts'
import { TOKEN_MINIMA } from '../objects/token.ts'
import { toTokenAmount } from '../objects/token-amount.ts'
import type { Witness } from '../objects/witness.ts'
import { trimControls } from './clean-script.ts'
import type { ScriptTransaction } from './environment.ts'
import { runScript } from './run/run-script.ts'
import type { ScriptResult } from './script-result.ts'
import { inputEnvironment, type ScriptBlock, type SpendContext, spendContext } from './transaction-environment.ts'

/** The block that a check is made for and the operations that its magic allows each script. */
export interface ScriptCheckBlock extends ScriptBlock {
  /** `Magic.currentMaxKissVmOps` as an integer, at least 1024. */
  readonly operationsMax: number
}

/**
 * - `proof-count`: not one coin proof per input
 * - `script-missing`: the witness has no script for the address of an input
 * - `token-missing`: a token coin comes without its token
 * - `unreadable`: amounts, sums or texts leave their limits, so that the reference cannot even begin
 * - `script-failed`, `token-script-failed`: the script was run and did not succeed
 */
export type ScriptRejection =
  | 'proof-count'
  | 'script-missing'
  | 'token-missing'
  | 'unreadable'
  | 'script-failed'
  | 'token-script-failed'

export interface ScriptCheck {
  readonly valid: boolean
  /** Whether the verdict holds for every later block too, so that it need not be computed again. */
  readonly monotonic: boolean
  readonly rejection: ScriptRejection | null
  /** Index of the input that was refused, from 0. */
  readonly input: number | null
  /** Of the script that failed. */
  readonly result: ScriptResult | null
}

/**
 * Runs the scripts of all inputs, and of their tokens, one after the other until one fails. Signatures and coin proofs
 * are checked elsewhere. Never throws. Source: minima-global/Minima: src/org/minima/system/brains/TxPoWChecker.java
 */
export const checkTransactionScripts = (
  transaction: ScriptTransaction,
  witness: Witness,
  block: ScriptCheckBlock,
): ScriptCheck => {
  if (transaction.inputs.length === 0 && transaction.outputs.length === 0) return accepted(true)
  if (witness.coinProofs.length !== transaction.inputs.length) return rejected('proof-count', true)
  try {
    assertPrintable(transaction, witness)
    const context = spendContext(transaction, witness, block)
    return new InputChecks(context, block.operationsMax).run()
  } catch (error) {
    return rejectedUnreadable(error, true, null)
  }
}

const accepted = (monotonic: boolean): ScriptCheck => ({
  valid: true,
  monotonic,
  rejection: null,
  input: null,
  result: null,
})

const rejected = (
  rejection: ScriptRejection,
  monotonic: boolean,
  input: number | null = null,
  result: ScriptResult | null = null,
): ScriptCheck => ({ valid: false, monotonic, rejection, input, result })

const rejectedUnreadable = (error: unknown, monotonic: boolean, input: number | null): ScriptCheck => {
  if (error instanceof MinipolisError) return rejected('unreadable', monotonic, input)
  throw error
}

/**
 * The reference prints transaction and witness into its log before it parses a script, and fails where the units of a token
 * leave the range of numbers. So such a transaction is invalid whatever its scripts. @throws NumberError `number-range`
 */
const assertPrintable = (transaction: ScriptTransaction, witness: Witness): void => {
  const assertCoin = ({ token, amount }: Coin): void => {
    if (token === null) return
    toTokenAmount(token, token.amount)
    toTokenAmount(token, amount)
  }
  transaction.inputs.forEach(assertCoin)
  transaction.outputs.forEach(assertCoin)
  for (const { coin } of witness.coinProofs) assertCoin(coin)
}

const TRIVIAL_TOKEN_SCRIPT = 'RETURN TRUE'

class InputChecks {
  private readonly context: SpendContext
  private readonly operationsMax: number
  private monotonic = true

  constructor(context: SpendContext, operationsMax: number) {
    this.context = context
    this.operationsMax = operationsMax
  }

  run(): ScriptCheck {
    for (const [input, { coin }] of this.context.coinProofs.entries()) {
      const refused = this.checkInput(input, coin)
      if (refused !== null) return refused
    }
    return accepted(this.monotonic)
  }

  private checkInput(input: number, coin: Coin): ScriptCheck | null {
    const address = toHex(coin.address)
    const found = this.context.scripts.find((script) => script.address === address)
    if (found === undefined) return rejected('script-missing', this.monotonic, input)
    const refused = this.runOne(input, found.script, 'script-failed')
    if (refused !== null || bytesEqual(coin.tokenId, TOKEN_MINIMA)) return refused
    if (coin.token === null) return rejected('token-missing', this.monotonic, input)
    const tokenScript = trimControls(coin.token.script)
    return tokenScript === TRIVIAL_TOKEN_SCRIPT ? null : this.runOne(input, tokenScript, 'token-script-failed')
  }

  private runOne(input: number, script: string, rejection: ScriptRejection): ScriptCheck | null {
    try {
      const environment = inputEnvironment(this.context, input, script)
      const result = runScript(script, environment, { operationsMax: this.operationsMax })
      this.monotonic &&= result.monotonic
      return result.success ? null : rejected(rejection, this.monotonic, input, result)
    } catch (error) {
      return rejectedUnreadable(error, this.monotonic, input)
    }
  }
}
