import type { ScriptFunction } from '../functions/script-function.ts'
import type { ScriptRun } from '../run/script-run.ts'
import type { BooleanValue, HexValue, NumberValue, StringValue, Value } from '../values/index.ts'
import { requireBoolean, requireHex, requireNumber, requireString } from '../values/require-type.ts'
import type { Expression } from './expression.ts'

/** A function with its argument expressions, whose number the parser has checked. */
export class FunctionCall implements Expression {
  readonly function: ScriptFunction
  readonly args: readonly Expression[]

  constructor(called: ScriptFunction, args: readonly Expression[]) {
    this.function = called
    this.args = args
  }

  evaluate(run: ScriptRun): Value {
    run.count()
    run.enter()
    const value = this.function.run(this, run)
    run.leave()
    run.trace?.returns(run.operations, () => this.print(), value)
    return value
  }

  print(): string {
    return `function:${this.function.name}, params:[${this.args.map((arg) => arg.print()).join(', ')}]`
  }

  /** Evaluates argument `index`, from 0. */
  value(index: number, run: ScriptRun): Value {
    return this.args[index]!.evaluate(run)
  }

  /** @throws ScriptFault `wrong-type`, as the next three */
  number(index: number, run: ScriptRun): NumberValue {
    const value = this.value(index, run)
    return value.type === 'NUMBER' ? value : requireNumber(value, this.place(index))
  }

  hex(index: number, run: ScriptRun): HexValue {
    const value = this.value(index, run)
    return value.type === 'HEX' ? value : requireHex(value, this.place(index))
  }

  string(index: number, run: ScriptRun): StringValue {
    const value = this.value(index, run)
    return value.type === 'STRING' ? value : requireString(value, this.place(index))
  }

  boolean(index: number, run: ScriptRun): BooleanValue {
    const value = this.value(index, run)
    return value.type === 'BOOLEAN' ? value : requireBoolean(value, this.place(index))
  }

  private place(index: number): string {
    return `argument ${index + 1} of ${this.function.name}`
  }
}
