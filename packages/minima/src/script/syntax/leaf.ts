import type { ScriptRun } from '../run/script-run.ts'
import type { Value } from '../values/index.ts'
import type { Expression } from './expression.ts'

export class Constant implements Expression {
  readonly value: Value

  constructor(value: Value) {
    this.value = value
  }

  evaluate(run: ScriptRun): Value {
    run.count()
    return this.value
  }

  print(): string {
    return this.value.text
  }
}

export class Variable implements Expression {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  evaluate(run: ScriptRun): Value {
    run.count()
    return run.variable(this.name)
  }

  print(): string {
    return `variable:${this.name}`
  }
}

/** A value of the chain, the coin or the transaction. Any name parses; an unknown one is a fault when evaluated. */
export class Global implements Expression {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  evaluate(run: ScriptRun): Value {
    run.count()
    return run.global(this.name)
  }

  print(): string {
    return `global:${this.name}`
  }
}
