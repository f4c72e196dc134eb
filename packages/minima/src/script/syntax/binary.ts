import type { BinaryOperator } from '../operators/index.ts'
import type { ScriptRun } from '../run/script-run.ts'
import type { Value } from '../values/index.ts'
import type { Expression } from './expression.ts'

/** Left operands nested deeper than this are walked in a loop, because chains of operators have no limit in the grammar. */
const RECURSION_MAX = 16

/** An operator between two operands; both are evaluated, left first, before types are checked. */
export class Binary implements Expression {
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
  /** Binary operators straight below on the left side. */
  private readonly chain: number

  constructor(operator: BinaryOperator, left: Expression, right: Expression) {
    this.operator = operator
    this.left = left
    this.right = right
    this.chain = left instanceof Binary ? left.chain + 1 : 0
  }

  evaluate(run: ScriptRun): Value {
    if (this.chain > RECURSION_MAX) return this.evaluateChain(run)
    run.count()
    const left = this.left.evaluate(run)
    return this.finish(left, run)
  }

  private evaluateChain(run: ScriptRun): Value {
    const nodes = this.leftSpine(() => run.count())
    let value = nodes.at(-1)!.left.evaluate(run)
    for (let i = nodes.length - 1; i >= 0; i--) value = nodes[i]!.finish(value, run)
    return value
  }

  private finish(left: Value, run: ScriptRun): Value {
    const value = this.operator.apply(left, this.right.evaluate(run))
    if (run.trace !== null && this.operator.silent === undefined) {
      run.trace.returns(run.operations, () => this.print(), value)
    }
    return value
  }

  /** This node and the binary operators below it on the left side, outermost first. */
  private leftSpine(visit: () => void): Binary[] {
    const nodes: Binary[] = []
    for (let node: Expression = this; node instanceof Binary; node = node.left) {
      visit()
      nodes.push(node)
    }
    return nodes
  }

  print(): string {
    const nodes = this.leftSpine(() => {})
    const rights = nodes.map(({ operator, right }) => ` ${operator.symbol} ${right.print()} )`)
    return `${'( '.repeat(nodes.length)}${nodes.at(-1)!.left.print()}${rights.reverse().join('')}`
  }
}
