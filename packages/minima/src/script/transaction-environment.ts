import { toHex } from '../codec/index.ts'
import type { MiniNumber } from '../number/index.ts'
import { scriptProofAddress } from '../objects/script-proof.ts'
import { signatureRootKey } from '../objects/signature.ts'
import type { Witness } from '../objects/witness.ts'
import { coinAmount } from './coin-amount.ts'
import type { AddressedScript, ScriptEnvironment, ScriptTransaction } from './environment.ts'
import { ScriptFault } from './script-fault.ts'
import { HexValue, NumberValue, StringValue, type Value } from './values/index.ts'

/** The block that a check is made for. */
export interface ScriptBlock {
  readonly number: MiniNumber
  /** Milliseconds since 1970. */
  readonly timeMilli: MiniNumber
}

/** What all scripts of one transaction share. */
export interface SpendContext extends Pick<ScriptEnvironment, 'transaction' | 'coinProofs' | 'scripts' | 'signers'> {
  readonly block: ScriptBlock
}

/** Source: section 12 of the KISS VM notes. @throws ObjectError `empty-signature`; NumberError for absurd proofs */
export const spendContext = (transaction: ScriptTransaction, witness: Witness, block: ScriptBlock): SpendContext => ({
  transaction,
  coinProofs: witness.coinProofs,
  scripts: witness.scripts.map(
    (proof): AddressedScript => ({ address: toHex(scriptProofAddress(proof)), script: proof.script }),
  ),
  signers: new Set(witness.signatures.map((signature) => toHex(signatureRootKey(signature)))),
  block,
})

/**
 * The environment of one input's script. `script` is the text that will run, for @SCRIPT.
 * @throws ScriptFault `not-found`, `too-long`; NumberError: such a transaction is invalid whatever its scripts
 */
export const inputEnvironment = (context: SpendContext, input: number, script: string): ScriptEnvironment => {
  const coin = context.coinProofs[input]?.coin
  if (coin === undefined) throw new ScriptFault('not-found', `the witness has no coin proof for input ${input}`)
  return {
    transaction: context.transaction,
    previousState: coin.state,
    coinProofs: context.coinProofs,
    scripts: context.scripts,
    signers: context.signers,
    globals: inputGlobals(context, input, coin.created, script),
  }
}

/**
 * What an input's script reads behind the @ sign. `created` is the block that made the coin, from its coin proof.
 * @throws as {@link inputEnvironment}
 */
export const inputGlobals = (
  { transaction, block }: Pick<SpendContext, 'transaction' | 'block'>,
  input: number,
  created: MiniNumber,
  script: string,
): ReadonlyMap<string, Value> => {
  const coin = transaction.inputs[input]
  if (coin === undefined) throw new ScriptFault('not-found', `the transaction has no input ${input}`)
  return new Map<string, Value>([
    ['@BLOCK', NumberValue.of(block.number)],
    ['@BLOCKMILLI', NumberValue.of(block.timeMilli)],
    ['@CREATED', NumberValue.of(created)],
    ['@COINAGE', NumberValue.of(block.number.sub(created))],
    ['@INPUT', NumberValue.ofInteger(input)],
    ['@COINID', HexValue.ofBytes(coin.coinId)],
    ['@AMOUNT', NumberValue.of(coinAmount(coin))],
    ['@ADDRESS', HexValue.ofBytes(coin.address)],
    ['@TOKENID', HexValue.ofBytes(coin.tokenId)],
    ['@SCRIPT', new StringValue(script)],
    ['@TOTIN', NumberValue.ofInteger(transaction.inputs.length)],
    ['@TOTOUT', NumberValue.ofInteger(transaction.outputs.length)],
  ])
}

/** The globals and what they hold, for the documentation. */
export const GLOBALS: ReadonlyMap<string, string> = new Map([
  ['@BLOCK', 'NUMBER: the block that the check is made for'],
  ['@BLOCKMILLI', 'NUMBER: time of that block in milliseconds'],
  ['@CREATED', 'NUMBER: the block in which the coin was made'],
  ['@COINAGE', 'NUMBER: @BLOCK - @CREATED'],
  ['@INPUT', 'NUMBER: index of the input, from 0'],
  ['@COINID', 'HEX: coin id in the transaction, 0x01 if the input is floating'],
  ['@AMOUNT', 'NUMBER: amount of the coin, of tokens in their units'],
  ['@ADDRESS', 'HEX: address of the coin'],
  ['@TOKENID', 'HEX: token id of the coin'],
  ['@SCRIPT', 'STRING: the script being run'],
  ['@TOTIN', 'NUMBER: inputs of the transaction'],
  ['@TOTOUT', 'NUMBER: outputs of the transaction'],
])
