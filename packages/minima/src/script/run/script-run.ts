import type { Coin } from '../../objects/coin.ts'
import type { StateVariable } from '../../objects/state-variable.ts'
import type { ScriptEnvironment } from '../environment.ts'
import { STACK_DEPTH_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import { parseBlock } from '../syntax/parse-block.ts'
import { tokenize } from '../tokens/tokenizer.ts'
import { type HexValue, type Value, valueFromText } from '../values/index.ts'
import type { Trace } from './trace.ts'

/** Globals that differ from block to block. */
const CHANGING_GLOBALS: ReadonlySet<string> = new Set(['@BLOCK', '@BLOCKMILLI', '@COINAGE'])

/** One run of a script: its counters, variables and outcome, and its view of the environment. */
export class ScriptRun {
  readonly environment: ScriptEnvironment
  readonly operationsMax: number
  readonly trace: Trace | null
  readonly variables = new Map<string, Value>()
  operations = 0
  depth = 0
  monotonic = true
  /** What the first RETURN or failed ASSERT decided. */
  outcome: boolean | undefined
  private stateTexts: ReadonlyMap<number, string> | undefined
  private previousTexts: ReadonlyMap<number, string> | undefined

  constructor(environment: ScriptEnvironment, operationsMax: number, trace: Trace | null) {
    this.environment = environment
    this.operationsMax = operationsMax
    this.trace = trace
  }

  /** Adds, then insists on the limit. @throws ScriptFault `operation-limit` */
  count(operations = 1): void {
    this.operations += operations
    if (this.operations > this.operationsMax) {
      throw new ScriptFault('operation-limit', `the script needs more than ${this.operationsMax} operations`)
    }
  }

  /** Goes into a block or function call. @throws ScriptFault `stack-depth` */
  enter(): void {
    if (++this.depth > STACK_DEPTH_MAX) {
      throw new ScriptFault('stack-depth', `blocks and calls may be nested ${STACK_DEPTH_MAX} deep while running`)
    }
  }

  leave(): void {
    this.depth--
  }

  /** The first decision counts. */
  decide(outcome: boolean): void {
    this.outcome ??= outcome
  }

  assign(name: string, value: Value): void {
    this.variables.set(name, value)
    this.trace?.variables(this.operations, this.variables)
  }

  /** @throws ScriptFault `not-found` */
  variable(name: string): Value {
    const value = this.variables.get(name)
    if (value === undefined) throw new ScriptFault('not-found', `the variable ${name} has no value yet`)
    return value
  }

  /** @throws ScriptFault `not-found` */
  global(name: string): Value {
    const value = this.environment.globals.get(name)
    if (value === undefined) throw new ScriptFault('not-found', `there is no global ${name} here`)
    if (CHANGING_GLOBALS.has(name)) this.monotonic = false
    return value
  }

  /** Parses a text and runs it as a part of this script. @throws ScriptFault and whatever the text does */
  runText(text: string): void {
    parseBlock(tokenize(text), this.depth).run(this)
  }

  /** The state of the transaction. @throws ScriptFault `not-found`, `bad-data`; NumberError */
  state(port: number): Value {
    this.stateTexts ??= firstByPort(this.environment.transaction.state)
    return stateValue(this.stateTexts, port, 'STATE')
  }

  /** The state of the coin being spent. @throws ScriptFault `not-found`, `bad-data`; NumberError */
  previousState(port: number): Value {
    this.previousTexts ??= firstByPort(this.environment.previousState)
    return stateValue(this.previousTexts, port, 'PREVSTATE')
  }

  /** @throws ScriptFault `out-of-range` */
  input(index: number): Coin {
    return coinAt(this.environment.transaction.inputs, index, 'input')
  }

  /** @throws ScriptFault `out-of-range` */
  output(index: number): Coin {
    return coinAt(this.environment.transaction.outputs, index, 'output')
  }

  /** The first script of the witness with this address. @throws ScriptFault `not-found` */
  witnessScript(address: HexValue): string {
    const found = this.environment.scripts.find((script) => script.address === address.text)
    if (found === undefined) throw new ScriptFault('not-found', `the witness has no script of address ${address.text}`)
    return found.script
  }
}

/** Texts by port. The wire may repeat ports a thousand times; the first counts. */
const firstByPort = (state: readonly StateVariable[]): ReadonlyMap<number, string> => {
  const texts = new Map<number, string>()
  for (const { port, value } of state) if (!texts.has(port)) texts.set(port, value)
  return texts
}

const stateValue = (texts: ReadonlyMap<number, string>, port: number, name: string): Value => {
  const text = texts.get(port)
  if (text === undefined) throw new ScriptFault('not-found', `${name} has nothing at port ${port}`, { port })
  return valueFromText(text)
}

const coinAt = (coins: readonly Coin[], index: number, kind: string): Coin => {
  const coin = coins[index]
  if (coin === undefined) {
    throw new ScriptFault('out-of-range', `there is no ${kind} ${index}, the transaction has ${coins.length}`, {
      index,
    })
  }
  return coin
}
