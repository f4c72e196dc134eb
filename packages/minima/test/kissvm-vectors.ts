import { decode, fromHex, toHex, utf8 } from '../src/codec/index.ts'
import { sha3_256 } from '../src/hash/index.ts'
import { MiniNumber } from '../src/number/index.ts'
import { type Coin, type StateType, scriptAddress, Transaction } from '../src/objects/index.ts'
import { cleanScript } from '../src/script/clean-script.ts'
import {
  BooleanValue,
  HexValue,
  NumberValue,
  runScript,
  type ScriptEnvironment,
  StringValue,
  type Value,
} from '../src/script/index.ts'
import { inputGlobals } from '../src/script/transaction-environment.ts'

/** A file of recorded runs; `format` is `kissvm-1`. */
export interface KissvmFile {
  readonly format: string
  readonly contexts: Readonly<Record<string, KissvmContext>>
  readonly cases: readonly KissvmCase[]
}

interface RecordedValue {
  readonly type: Value['type']
  readonly value?: string
  readonly scale?: number
  readonly length?: number
  readonly sha3?: string
}

interface RecordedState {
  readonly port: number
  readonly type: StateType
  readonly data: string
}

export interface KissvmContext {
  readonly maxInstructions: number
  readonly signatures: readonly string[]
  readonly transaction?: { readonly hex: string }
  readonly prevstate: readonly RecordedState[]
  readonly coinProofs: readonly { readonly coinid: string }[]
  readonly scripts: readonly { readonly address: string; readonly script: string }[]
  readonly env?: {
    readonly input: number
    readonly block: string
    readonly blockMilli: string
    readonly created: string
  }
  readonly globals: Readonly<Record<string, RecordedValue>>
  readonly scriptGlobal: boolean
}

export interface KissvmCase {
  readonly name: string
  readonly group: string
  readonly script?: string
  readonly scriptParts?: readonly { readonly text: string; readonly repeat: number }[]
  readonly context: { readonly ref: string }
  readonly cleaned?: string
  readonly cleanedSame?: boolean
  readonly cleanedLength?: number
  readonly cleanedSha3?: string
  readonly cleanThrows?: unknown
  readonly address: string
  readonly cleanedAddress?: string
  readonly parseOk: boolean
  readonly success: boolean
  readonly successSet: boolean
  readonly monotonic: boolean
  readonly exception: boolean
  readonly instructions: number
  readonly variables: Readonly<Record<string, RecordedValue>>
  readonly trace?: readonly string[]
}

/** What differs from the recording, one sentence each; empty when the case is reproduced. */
export const kissvmDifferences = (file: KissvmFile, recorded: KissvmCase): string[] => {
  const context = file.contexts[recorded.context.ref]!
  const script = recorded.script ?? (recorded.scriptParts ?? []).map(({ text, repeat }) => text.repeat(repeat)).join('')
  const differences: string[] = []
  const compare = (what: string, found: unknown, expected: unknown): void => {
    if (found !== expected) differences.push(`${what}: expected ${String(expected)}, got ${String(found)}`)
  }
  const environment = environmentOf(context, script)
  const result = runScript(script, environment, {
    operationsMax: context.maxInstructions,
    trace: recorded.trace !== undefined,
  })
  compare('address', toHex(scriptAddress(script)), recorded.address)
  compareCleaned(script, recorded, compare)
  compare('parsed', result.verdict !== 'unparsed', recorded.parseOk)
  compare('success', result.success, recorded.success)
  compare('decided', result.decided, recorded.successSet)
  compare('monotonic', result.monotonic, recorded.monotonic)
  compare(`fault ${result.fault?.message}`, result.fault !== null, recorded.exception)
  if (result.fault?.code === 'internal') differences.push(`internal fault: ${String(result.fault.cause)}`)
  compare('operations', result.operations, recorded.instructions)
  compare(
    'variable names',
    [...result.variables.keys()].sort().join(' '),
    Object.keys(recorded.variables).sort().join(' '),
  )
  for (const [name, value] of Object.entries(recorded.variables)) {
    compareValue(name, result.variables.get(name), value, compare)
  }
  if (context.env !== undefined) {
    for (const [name, value] of Object.entries(context.globals)) {
      compareValue(name, environment.globals.get(name), value, compare)
    }
  }
  if (recorded.trace !== undefined) {
    compare('trace', result.trace.map(withoutFaultText).join('\n'), recorded.trace.map(withoutFaultText).join('\n'))
  }
  return differences
}

type Compare = (what: string, found: unknown, expected: unknown) => void

/** The texts of faults name Java classes in the recording and are our own here. */
const withoutFaultText = (line: string): string => line.replace(/(PARSE ERROR :|Execution Error -).*/s, '$1')

const compareCleaned = (script: string, recorded: KissvmCase, compare: Compare): void => {
  let cleaned: string
  try {
    cleaned = cleanScript(script)
  } catch (error) {
    compare(`cleaning ${error}`, 'throws', recorded.cleanThrows === undefined ? 'a text' : 'throws')
    return
  }
  if (recorded.cleanThrows !== undefined) compare('cleaning', 'a text', 'throws')
  if (recorded.cleanedSame === true) compare('cleaned', cleaned, script)
  if (recorded.cleaned !== undefined) compare('cleaned', cleaned, recorded.cleaned)
  if (recorded.cleanedLength !== undefined) compare('cleaned length', cleaned.length, recorded.cleanedLength)
  if (recorded.cleanedSha3 !== undefined) compare('cleaned hash', toHex(sha3_256(utf8(cleaned))), recorded.cleanedSha3)
  if (recorded.cleanedAddress !== undefined) {
    compare('cleaned address', toHex(scriptAddress(cleaned)), recorded.cleanedAddress)
  }
}

const compareValue = (name: string, found: Value | undefined, expected: RecordedValue, compare: Compare): void => {
  compare(`${name} type`, found?.type, expected.type)
  if (found === undefined) return
  if (expected.value !== undefined) compare(name, found.text, expected.value)
  if (expected.length !== undefined) {
    compare(`${name} length`, found.type === 'HEX' ? found.length : found.text.length, expected.length)
  }
  if (expected.sha3 !== undefined) {
    compare(`${name} hash`, toHex(sha3_256(found.type === 'HEX' ? found.bytes : utf8(found.text))), expected.sha3)
  }
  if (found.type === 'NUMBER') compare(`${name} scale`, found.number.scale, expected.scale)
}

const stateOf = (recorded: readonly RecordedState[]) =>
  recorded.map(({ port, type, data }) => ({ port, type, value: data }))

const environmentOf = (context: KissvmContext, script: string): ScriptEnvironment => {
  const transaction =
    context.transaction === undefined
      ? { inputs: [], outputs: [], state: [] }
      : decode(Transaction, fromHex(context.transaction.hex))
  const previousState = stateOf(context.prevstate)
  const coinProofs = context.coinProofs.map(({ coinid }) => ({ coin: { ...emptyCoin, coinId: fromHex(coinid) } }))
  const signers = new Set(context.signatures)
  const shared = { transaction, previousState, coinProofs, scripts: context.scripts, signers }
  if (context.env !== undefined) {
    const { input, block, blockMilli, created } = context.env
    const time = { number: MiniNumber.parse(block), timeMilli: MiniNumber.parse(blockMilli) }
    const globals = new Map(inputGlobals({ transaction, block: time }, input, MiniNumber.parse(created), script))
    if (!context.scriptGlobal) globals.delete('@SCRIPT')
    return { ...shared, globals }
  }
  const globals = new Map(Object.entries(context.globals).map(([name, value]) => [name, recordedValue(value)]))
  if (context.scriptGlobal) globals.set('@SCRIPT', new StringValue(script))
  return { ...shared, globals }
}

const recordedValue = ({ type, value = '', scale = 0 }: RecordedValue): Value => {
  switch (type) {
    case 'BOOLEAN':
      return BooleanValue.of(value === 'TRUE')
    case 'HEX':
      return HexValue.parse(value === '' ? '0x' : value)
    case 'STRING':
      return new StringValue(value)
    case 'NUMBER': {
      const { unscaled, scale: shown } = MiniNumber.parse(value)
      return NumberValue.of(MiniNumber.raw(unscaled * 10n ** BigInt(Math.max(0, scale - shown)), scale))
    }
  }
}

const emptyCoin: Coin = {
  coinId: new Uint8Array(0),
  address: new Uint8Array(0),
  amount: MiniNumber.ZERO,
  tokenId: Uint8Array.of(0),
  storeState: false,
  mmrEntry: 0n,
  spent: 0,
  created: MiniNumber.ZERO,
  state: [],
  token: null,
}
