import { bytesEqual, toHex } from '../../codec/index.ts'
import { MiniNumber } from '../../number/index.ts'
import type { Coin } from '../../objects/coin.ts'
import { coinAmount } from '../coin-amount.ts'
import type { ScriptRun } from '../run/script-run.ts'
import { ScriptFault } from '../script-fault.ts'
import { BooleanValue, HexValue, NumberValue, type Value, type ValueType } from '../values/index.ts'
import type { ScriptFunction } from './script-function.ts'

type FindCoin = (run: ScriptRun, index: number) => Coin

const input: FindCoin = (run, index) => run.input(index)
const output: FindCoin = (run, index) => run.output(index)

const field = (
  name: string,
  returns: ValueType,
  about: string,
  find: FindCoin,
  read: (coin: Coin) => Value,
): ScriptFunction => ({
  name,
  parameters: ['index NUMBER'],
  returns,
  about,
  run: (call, run) => read(find(run, call.number(0, run).toInt())),
})

const address = (coin: Coin): Value => HexValue.ofBytes(coin.address)
const token = (coin: Coin): Value => HexValue.ofBytes(coin.tokenId)
const amount = (coin: Coin): Value => NumberValue.of(coinAmount(coin))

/** A floating input has the id 0x01 in the transaction; its coin proof tells the real one. */
const inputId: ScriptFunction = {
  name: 'GETINID',
  parameters: ['index NUMBER'],
  returns: 'HEX',
  about: 'the id of the coin that an input spends',
  run(call, run) {
    const index = call.number(0, run).toInt()
    run.input(index)
    const proof = run.environment.coinProofs[index]
    if (proof === undefined) throw new ScriptFault('not-found', `the witness has no coin proof for input ${index}`)
    return HexValue.ofBytes(proof.coin.coinId)
  },
}

/** What VERIFYIN and VERIFYOUT compare, as the trace prints it. */
const description = (address: string, amount: string, tokenId: string, keepState: boolean): string =>
  `(address:${address} amount:${amount} tokenid:${tokenId} keepstate:${keepState}`

const verifyInput: ScriptFunction = {
  name: 'VERIFYIN',
  parameters: ['index NUMBER', 'address HEX', 'amount NUMBER', 'tokenid HEX'],
  returns: 'BOOLEAN',
  about: 'whether an input has this address, amount and token',
  run(call, run) {
    const index = call.number(0, run).toInt()
    const address = call.hex(1, run).bytes
    const amount = call.number(2, run).number
    const tokenId = call.hex(3, run).bytes
    const coin = run.input(index)
    const sameAmount = coinAmount(coin).equals(amount)
    return BooleanValue.of(sameAmount && bytesEqual(coin.address, address) && bytesEqual(coin.tokenId, tokenId))
  },
}

const VERIFYOUT_ARGUMENTS_MAX = 5

const verifyOutput: ScriptFunction = {
  name: 'VERIFYOUT',
  parameters: ['index NUMBER', 'address HEX', 'amount NUMBER', 'tokenid HEX', 'keepstate BOOLEAN...'],
  argumentsMin: 4,
  returns: 'BOOLEAN',
  about: 'whether an output has this address, amount and token, and where asked keeps the state or not',
  run(call, run) {
    if (call.args.length > VERIFYOUT_ARGUMENTS_MAX) {
      throw new ScriptFault('bad-argument-count', `VERIFYOUT takes 4 or 5 arguments, got ${call.args.length}`)
    }
    const index = call.number(0, run).toInt()
    const address = call.hex(1, run)
    const amount = call.number(2, run)
    const tokenId = call.hex(3, run)
    const keepState = call.args.length === VERIFYOUT_ARGUMENTS_MAX ? call.boolean(4, run).value : undefined
    const coin = run.output(index)
    const found = coinAmount(coin)
    const isSame =
      bytesEqual(coin.address, address.bytes) &&
      found.equals(amount.number) &&
      bytesEqual(coin.tokenId, tokenId.bytes) &&
      (keepState === undefined || coin.storeState === keepState)
    if (!isSame) {
      run.trace?.line(run.operations, () => {
        const was = description(toHex(coin.address), found.toString(), toHex(coin.tokenId), coin.storeState)
        const wanted = description(address.text, amount.text, tokenId.text, keepState ?? false)
        // The misspelling is the reference's: traces are compared line by line.
        return `VERIFYOUT failed @ ouptut ${index} found ${was} ) expected ${wanted}) CheckKeepState:${keepState !== undefined}`
      })
    }
    return BooleanValue.of(isSame)
  },
}

const sum = (name: string, about: string, coinsOf: (run: ScriptRun) => readonly Coin[]): ScriptFunction => ({
  name,
  parameters: ['tokenid HEX'],
  returns: 'NUMBER',
  about,
  run(call, run) {
    const tokenId = call.hex(0, run).bytes
    let total = MiniNumber.ZERO
    for (const coin of coinsOf(run)) {
      if (bytesEqual(coin.tokenId, tokenId)) total = total.add(coinAmount(coin))
    }
    return NumberValue.of(total)
  },
})

export const coinFunctions: readonly ScriptFunction[] = [
  field('GETINADDR', 'HEX', 'the address of an input', input, address),
  field('GETINAMT', 'NUMBER', 'the amount of an input', input, amount),
  inputId,
  field('GETINTOK', 'HEX', 'the token id of an input', input, token),
  verifyInput,
  sum('SUMINPUTS', 'the sum of the amounts of all inputs of a token', (run) => run.environment.transaction.inputs),
  field('GETOUTADDR', 'HEX', 'the address of an output', output, address),
  field('GETOUTAMT', 'NUMBER', 'the amount of an output', output, amount),
  field('GETOUTTOK', 'HEX', 'the token id of an output', output, token),
  field('GETOUTKEEPSTATE', 'BOOLEAN', 'whether an output keeps the state', output, (coin) =>
    BooleanValue.of(coin.storeState),
  ),
  verifyOutput,
  sum('SUMOUTPUTS', 'the sum of the amounts of all outputs of a token', (run) => run.environment.transaction.outputs),
]
