import { MiniNumber } from '../../number/index.ts'
import type { ScriptFunction } from '../functions/script-function.ts'
import { ARGUMENTS_MAX, EXPRESSION_DEPTH_MAX } from '../limits.ts'
import { Level, type UnaryOperator } from '../operators/index.ts'
import { ScriptFault, type ScriptFaultCode } from '../script-fault.ts'
import type { Token, TokenKind } from '../tokens/token.ts'
import { BooleanValue, HexValue, NumberValue, valueFromText } from '../values/index.ts'
import { Binary } from './binary.ts'
import type { Expression } from './expression.ts'
import { FunctionCall } from './function-call.ts'
import { Constant, Global, Variable } from './leaf.ts'
import { Unary } from './unary.ts'

const TRUE = new Constant(BooleanValue.TRUE)
const FALSE = new Constant(BooleanValue.FALSE)

/** Reads expressions from `tokens[at]` up to, not including, `end`. Source: src/org/minima/kissvm/expressions/ExpressionParser.java */
export class ExpressionParser {
  private readonly tokens: readonly Token[]
  private readonly end: number
  private at: number
  private depth = 0

  constructor(tokens: readonly Token[], at: number, end: number) {
    this.tokens = tokens
    this.at = at
    this.end = end
  }

  get isAtEnd(): boolean {
    return this.at >= this.end
  }

  /** One expression, as long as it goes. @throws ScriptFault */
  expression(): Expression {
    if (this.depth > EXPRESSION_DEPTH_MAX) {
      throw this.fault('too-nested', `brackets and arguments may be nested ${EXPRESSION_DEPTH_MAX} deep`)
    }
    return this.operation(Level.logic)
  }

  /** Operands joined by operators that bind at least as tightly as `level`; equal levels group to the left. */
  private operation(level: number): Expression {
    let left = this.operand()
    while (this.at < this.end) {
      const operator = this.tokens[this.at]!.binary
      if (operator === null || operator.level < level) break
      this.at++
      left = new Binary(operator, left, this.operation(operator.level + 1))
    }
    return left
  }

  /** An operand with the unary operators in front of it. */
  private operand(): Expression {
    let token = this.next()
    if (token.unary === null) return this.base(token)
    const operators: UnaryOperator[] = []
    for (; token.unary !== null; token = this.next()) operators.push(token.unary)
    return new Unary(operators, this.base(token))
  }

  private base(token: Token): Expression {
    switch (token.kind) {
      case 'VALUE':
        return literal(token.text)
      case 'VARIABLE':
        return new Variable(token.text)
      case 'GLOBAL':
        return new Global(token.text)
      case 'TRUE':
        return TRUE
      case 'FALSE':
        return FALSE
      case 'OPENBRACKET': {
        const inner = this.nested()
        this.expect('CLOSEBRACKET')
        return inner
      }
      case 'FUNCTION':
        return this.call(token.function!)
      default:
        if (token.text === '-') return negativeLiteral(this.next())
        throw this.fault('bad-expression', `no value starts with ${token.text}`)
    }
  }

  private nested(): Expression {
    this.depth++
    const inner = this.expression()
    this.depth--
    return inner
  }

  private call(called: ScriptFunction): Expression {
    this.expect('OPENBRACKET')
    const args: Expression[] = []
    while (this.next().kind !== 'CLOSEBRACKET') {
      this.at--
      args.push(this.nested())
      if (args.length > ARGUMENTS_MAX) {
        throw this.fault('bad-argument-count', `${called.name} is given more than ${ARGUMENTS_MAX} arguments`)
      }
    }
    const { argumentsMin, parameters } = called
    if (argumentsMin === undefined ? args.length !== parameters.length : args.length < argumentsMin) {
      const wanted = argumentsMin === undefined ? `${parameters.length}` : `at least ${argumentsMin}`
      throw this.fault('bad-argument-count', `${called.name} takes ${wanted} arguments, got ${args.length}`)
    }
    return new FunctionCall(called, args)
  }

  private next(): Token {
    if (this.at >= this.end) throw this.fault('bad-expression', 'an expression ends too early')
    return this.tokens[this.at++]!
  }

  private expect(kind: TokenKind): void {
    const token = this.next()
    if (token.kind !== kind) {
      throw this.fault('bad-expression', `expected ${kind === 'OPENBRACKET' ? '(' : ')'}, got ${token.text}`)
    }
  }

  private fault(code: ScriptFaultCode, message: string): ScriptFault {
    return new ScriptFault(code, message, { token: this.at })
  }
}

/** Exactly one expression that fills the tokens from `at` to `end`. @throws ScriptFault */
export const parseExpression = (tokens: readonly Token[], at: number, end: number): Expression => {
  const parser = new ExpressionParser(tokens, at, end)
  const expression = parser.expression()
  if (!parser.isAtEnd)
    throw new ScriptFault('bad-expression', 'an expression is followed by something else', { token: at })
  return expression
}

const ZERO_SIGN = 0x30
const SMALL_DIGITS_MAX = 15
const WHOLE = /^[0-9]+$/

/** The tokenizer lets through text in brackets (the last may be open), hex with at least one digit, and plain numbers. */
const literal = (text: string): Constant => {
  if (text.charCodeAt(0) === ZERO_SIGN && text[1] === 'x') {
    return checked(() => new Constant(HexValue.ofDigits(text.slice(2))))
  }
  if (text.length <= SMALL_DIGITS_MAX && WHOLE.test(text)) return new Constant(NumberValue.ofInteger(Number(text)))
  return checked(() => new Constant(valueFromText(text)))
}

/** A minus in front of an operand belongs to a number that must follow; the pair is one constant. */
const negativeLiteral = (token: Token): Constant =>
  checked(() => new Constant(NumberValue.of(MiniNumber.parse(token.text).mult(MiniNumber.MINUS_ONE))))

const checked = (make: () => Constant): Constant => {
  try {
    return make()
  } catch (cause) {
    throw new ScriptFault('bad-literal', 'a literal is no value', {}, { cause })
  }
}
