import type { UnaryOperator } from '../operators/index.ts'
import type { ScriptRun } from '../run/script-run.ts'
import type { Value } from '../values/index.ts'
import type { Expression } from './expression.ts'

/**
 * Operators in front of one operand, outermost first. A chain is one node: chains have no limit in the grammar, so they are
 * walked in loops.
 */
export class Unary implements Expression {
  readonly operators: readonly UnaryOperator[]
  readonly operand: Expression

  constructor(operators: readonly UnaryOperator[], operand: Expression) {
    this.operators = operators
    this.operand = operand
  }

  evaluate(run: ScriptRun): Value {
    for (let i = 0; i < this.operators.length; i++) run.count()
    let value = this.operand.evaluate(run)
    for (let i = this.operators.length - 1; i >= 0; i--) {
      // The hidden constant that every unary operator carries in the reference.
      run.count()
      value = this.operators[i]!.apply(value)
      run.trace?.returns(run.operations, () => this.printFrom(i), value)
    }
    return value
  }

  print(): string {
    return this.printFrom(0)
  }

  private printFrom(first: number): string {
    const chain = this.operators.slice(first)
    return `${chain.map(({ printed }) => `${printed}( `).join('')}${this.operand.print()}${' )'.repeat(chain.length)}`
  }
}
