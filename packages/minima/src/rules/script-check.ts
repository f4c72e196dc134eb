import { bytesEqual, toHex, trimControls } from '../codec/index.ts'
import {
  type Coin,
  isEmptyTransaction,
  signatureProofRootKey,
  TOKEN_MINIMA,
  TRUE_SCRIPT,
  type Transaction,
  type TxHeader,
  type TxPoW,
  toTokenAmount,
  type Witness,
} from '../objects/index.ts'
import { inputEnvironment, runScript, type SpendContext, spendContext } from '../script/index.ts'
import { ACCEPTED, type CheckResult, judge, type Rejection, reject } from './check-result.ts'

/** A verdict about scripts, and whether it can change from block to block. */
export type ScriptCheckResult = CheckResult & {
  /** No script asked for @BLOCK, @BLOCKMILLI or @COINAGE: the verdict is final. */
  readonly monotonic: boolean
}

/**
 * Runs the coin script of every input, and the token script of every token input, of both transactions of a unit.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWChecker.java (checkTxPoWScripts), spec 05 section 10.7.
 *
 * @param block whose number, time and operation limit the scripts see
 */
export const checkScripts = (txpow: TxPoW, block: TxHeader): ScriptCheckResult => atOnce(scriptSteps(txpow, block))

/**
 * The same one script at a time: whoever runs it lets others have a turn in between. What comes out is remembered, so that
 * `checkScripts` on the same header costs nothing afterwards.
 */
export function* scriptSteps({ body }: TxPoW, block: TxHeader): Generator<void, ScriptCheckResult> {
  if (body === null) return { ...reject('no-body', 'a bare header has no scripts to run'), monotonic: true }
  const main = yield* transactionSteps(body.transaction, body.witness, block)
  if (!main.ok) return main
  const burn = yield* transactionSteps(body.burnTransaction, body.burnWitness, block)
  return { ...burn, monotonic: main.monotonic && burn.monotonic }
}

interface KnownVerdict {
  readonly transaction: Transaction
  readonly operationsMax: number
  /** The only header it holds for; undefined when it is final. */
  readonly block: TxHeader | undefined
  readonly result: ScriptCheckResult
}

/** A unit is judged on receipt, for the mempool and in a block; scripts that do not look at the block are run once. */
const knownVerdicts = new WeakMap<Witness, KnownVerdict>()

/** The scripts of one transaction. */
export const checkTransactionScripts = (
  transaction: Transaction,
  witness: Witness,
  block: TxHeader,
): ScriptCheckResult => atOnce(transactionSteps(transaction, witness, block))

function* transactionSteps(
  transaction: Transaction,
  witness: Witness,
  block: TxHeader,
): Generator<void, ScriptCheckResult> {
  if (isEmptyTransaction(transaction)) return { ...ACCEPTED, monotonic: true }
  const operationsMax = block.magic.currentMaxKissVmOps.asInt()
  const known = knownVerdicts.get(witness)
  const holds =
    known !== undefined &&
    known.transaction === transaction &&
    known.operationsMax === operationsMax &&
    (known.block === undefined || known.block === block)
  if (holds) return known.result
  const run = new TransactionScripts(transaction, witness, block, operationsMax)
  const steps = run.steps()
  let verdict: CheckResult | undefined
  while (verdict === undefined) {
    verdict = judgeStep(steps)
    if (verdict === undefined) yield
  }
  const { monotonic } = run
  const result = { ...verdict, monotonic }
  knownVerdicts.set(witness, { transaction, operationsMax, block: monotonic ? undefined : block, result })
  return result
}

/** Undefined while there is more to run. */
function judgeStep(steps: Iterator<void, CheckResult>): CheckResult | undefined {
  let more = false
  const result = judge(() => {
    const step = steps.next()
    if (step.done) return step.value
    more = true
    return ACCEPTED
  })
  return more ? undefined : result
}

function atOnce<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

class TransactionScripts {
  monotonic = true
  private readonly transaction: Transaction
  private readonly witness: Witness
  private readonly block: TxHeader
  private readonly operationsMax: number

  constructor(transaction: Transaction, witness: Witness, block: TxHeader, operationsMax: number) {
    this.transaction = transaction
    this.witness = witness
    this.block = block
    this.operationsMax = operationsMax
  }

  /** Stops after each input. */
  *steps(): Generator<void, CheckResult> {
    const { inputs } = this.transaction
    const { coinProofs } = this.witness
    if (inputs.length !== coinProofs.length)
      return reject('proof-count', `${coinProofs.length} coin proofs for ${inputs.length} inputs`)
    if (inputs.length === 0) return ACCEPTED
    assertPrintable(this.transaction, this.witness)
    const { blockNumber, time } = this.block
    const context = spendContext(this.transaction, this.witness, { number: blockNumber, timeMilli: time })
    for (const [index, { coin }] of coinProofs.entries()) {
      const refused = this.runCoinScript(context, index, coin) ?? this.runTokenScript(context, index, coin)
      if (refused !== undefined) return refused
      yield
    }
    return ACCEPTED
  }

  /** The first script of the witness with the proved coin's address. */
  private runCoinScript(context: SpendContext, index: number, { address }: Coin): Rejection | undefined {
    const addressText = toHex(address)
    const found = context.scripts.find((script) => script.address === addressText)
    if (found === undefined) return reject('script-missing', `no script of the witness has the address ${addressText}`)
    return this.succeeds(context, index, found.script)
      ? undefined
      : reject('script-failed', `the script of input ${index} did not end with success`)
  }

  /** Only a token script of exactly `RETURN TRUE`, apart from blanks around it, is not run. */
  private runTokenScript(context: SpendContext, index: number, { token, tokenId }: Coin): Rejection | undefined {
    if (bytesEqual(tokenId, TOKEN_MINIMA)) return undefined
    if (token === null) return reject('token-mismatch', `the proved coin of input ${index} comes without its token`)
    const script = trimControls(token.script)
    return script === TRUE_SCRIPT || this.succeeds(context, index, script)
      ? undefined
      : reject('token-script-failed', `the token script of input ${index} did not end with success`)
  }

  private succeeds(context: SpendContext, index: number, script: string): boolean {
    const environment = inputEnvironment(context, index, script)
    const { success, monotonic } = runScript(script, environment, { operationsMax: this.operationsMax })
    this.monotonic &&= monotonic
    return success
  }
}

/**
 * Before it runs a script the reference prints transaction and witness, which computes token amounts and root keys. What cannot
 * be printed can never be mined; vectors `create-overflow`, `create-scale-64`.
 *
 * @throws NumberError `number-range`
 */
function assertPrintable({ inputs, outputs }: Transaction, { coinProofs, signatures }: Witness): void {
  for (const { token, amount } of [...inputs, ...outputs, ...coinProofs.map((proof) => proof.coin)]) {
    if (token === null) continue
    toTokenAmount(token, amount)
    toTokenAmount(token, token.amount)
  }
  for (const { proofs } of signatures) {
    // Only values other than zero can add up to too much.
    for (const part of proofs)
      if (part.proof.chunks.some((chunk) => !chunk.data.value.isZero())) signatureProofRootKey(part)
  }
}
