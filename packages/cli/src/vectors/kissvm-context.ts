import {
  BooleanValue,
  type Coin,
  decode,
  fromHex,
  GENESIS_COIN,
  HexValue,
  inputGlobals,
  MiniNumber,
  NumberValue,
  type ScriptEnvironment,
  type StateType,
  type StateVariable,
  StringValue,
  sha3_256,
  Transaction,
  utf8,
  type Value,
} from '@minipolis/minima'
import { expectSame, hexOf } from './check-case.ts'
import { isRecord, Recorded } from './recorded.ts'
import { shown, VectorError } from './vector-error.ts'

/** Contexts and values of the format `kissvm-1`. */

const stateFrom = (recorded: Recorded): StateVariable => ({
  port: recorded.number('port'),
  type: recorded.number('type') as StateType,
  value: recorded.text('data'),
})

/** Coin proofs are recorded by their coins alone, with what scripts can see of them. */
const coinFrom = (recorded: Recorded): Coin => ({ ...GENESIS_COIN, coinId: recorded.bytes('coinid') })

const valueFrom = (recorded: Recorded): Value => {
  const text = recorded.text('value')
  switch (recorded.text('type')) {
    case 'BOOLEAN':
      return BooleanValue.of(text === 'TRUE')
    case 'HEX':
      return HexValue.parse(text === '' ? '0x' : text)
    case 'STRING':
      return new StringValue(text)
    case 'NUMBER': {
      const { unscaled, scale } = MiniNumber.parse(text)
      const wanted = recorded.has('scale') ? recorded.number('scale') : scale
      return NumberValue.of(MiniNumber.raw(unscaled * 10n ** BigInt(Math.max(0, wanted - scale)), wanted))
    }
    default:
      throw new VectorError('shape', `unknown type of value ${shown(recorded.text('type'))}`)
  }
}

const transactionFrom = (context: Recorded): ScriptEnvironment['transaction'] => {
  const recorded = context.get('transaction')
  return isRecord(recorded)
    ? decode(Transaction, new Recorded(recorded).bytes('hex'))
    : { inputs: [], outputs: [], state: [] }
}

const recordedGlobals = (context: Recorded): ReadonlyMap<string, Recorded> => {
  const globals = context.record('globals')
  return new Map(Object.keys(globals.fields).map((name) => [name, globals.record(name)]))
}

/** Globals that were set from the transaction must follow from it; others are set as recorded. */
const globalsFrom = (
  context: Recorded,
  transaction: ScriptEnvironment['transaction'],
  script: string,
): ReadonlyMap<string, Value> => {
  const recorded = recordedGlobals(context)
  const withScript = context.get('scriptGlobal') === true
  if (!isRecord(context.get('env'))) {
    const globals = new Map(Array.from(recorded, ([name, value]) => [name, valueFrom(value)] as const))
    return withScript ? globals.set('@SCRIPT', new StringValue(script)) : globals
  }
  const env = context.record('env')
  const number = (name: string): MiniNumber => MiniNumber.parse(env.text(name))
  const block = { number: number('block'), timeMilli: number('blockMilli') }
  const globals = new Map(inputGlobals({ transaction, block }, env.number('input'), number('created'), script))
  if (!withScript) globals.delete('@SCRIPT')
  for (const [name, value] of recorded) expectValue(name, globals.get(name), value)
  return globals
}

/** What a script of this context can see. */
export function environmentFrom(context: Recorded, script: string): ScriptEnvironment {
  const transaction = transactionFrom(context)
  return {
    transaction,
    previousState: context.records('prevstate').map(stateFrom),
    coinProofs: context.records('coinProofs').map((coin) => ({ coin: coinFrom(coin) })),
    scripts: context
      .records('scripts')
      .map((proof) => ({ address: proof.text('address'), script: proof.text('script') })),
    signers: new Set(context.texts('signatures')),
    globals: globalsFrom(context, transaction, script),
  }
}

/** Compares a value with its recording: type, text or hash of a long one, and the scale of a number. */
export function expectValue(name: string, value: Value | undefined, recorded: Recorded): void {
  expectSame(`type of ${name}`, value?.type, recorded.text('type'))
  if (value === undefined) return
  if (recorded.has('value')) expectSame(name, value.text, recorded.text('value'))
  if (recorded.has('sha3')) {
    const bytes = value.type === 'HEX' ? fromHex(value.text) : utf8(value.text)
    expectSame(`hash of ${name}`, hexOf(sha3_256(bytes)), recorded.text('sha3'))
    expectSame(`length of ${name}`, value.type === 'HEX' ? bytes.length : value.text.length, recorded.number('length'))
  }
  if (value.type === 'NUMBER' && recorded.has('scale')) {
    expectSame(`scale of ${name}`, value.number.scale, recorded.number('scale'))
  }
}
