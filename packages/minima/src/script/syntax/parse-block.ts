import { BLOCK_DEPTH_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import type { Token } from '../tokens/token.ts'
import { BooleanValue } from '../values/index.ts'
import { Block, type Statement } from './block.ts'
import type { Expression } from './expression.ts'
import { Constant } from './leaf.ts'
import { ExpressionParser, parseExpression } from './parse-expression.ts'
import { Assert, type Branch, Exec, If, Let, LetEntry, Mast, Return, While } from './statements.ts'

/**
 * The statements in `tokens[at..end)`, of a block below `depth` others.
 * Source: minima-global/Minima: src/org/minima/kissvm/statements/StatementParser.java
 *
 * @throws ScriptFault
 */
export const parseBlock = (tokens: readonly Token[], at: number, end: number, depth: number): Block => {
  if (depth + 1 > BLOCK_DEPTH_MAX) throw new ScriptFault('too-nested', `blocks may be nested ${BLOCK_DEPTH_MAX} deep`)
  return new BlockParser(tokens, at, end, depth + 1).block()
}

const ALWAYS = new Constant(BooleanValue.TRUE)

class BlockParser {
  private readonly tokens: readonly Token[]
  private readonly end: number
  private readonly depth: number
  private at: number

  constructor(tokens: readonly Token[], at: number, end: number, depth: number) {
    this.tokens = tokens
    this.at = at
    this.end = end
    this.depth = depth
  }

  block(): Block {
    const statements: Statement[] = []
    while (this.at < this.end) statements.push(this.statement())
    return new Block(statements)
  }

  private statement(): Statement {
    const token = this.tokens[this.at++]!
    switch (token.kind === 'COMMAND' ? token.text : '') {
      case 'LET':
        return this.let()
      case 'IF':
        return this.if()
      case 'WHILE':
        return this.while()
      case 'RETURN':
        return new Return(this.toNextCommand())
      case 'ASSERT':
        return new Assert(this.toNextCommand())
      case 'EXEC':
        return new Exec(this.toNextCommand())
      case 'MAST':
        return new Mast(this.toNextCommand())
      default:
        throw this.fault(`a statement starts with a command, got ${token.text}`)
    }
  }

  private let(): Statement {
    const target = this.tokens[this.at++]
    if (this.at <= this.end && target?.kind === 'OPENBRACKET') return this.letEntry()
    if (this.at > this.end || target?.kind !== 'VARIABLE') throw this.fault('LET needs a variable or ( positions )')
    this.expectEquals()
    return new Let(target.text, this.toNextCommand())
  }

  private letEntry(): Statement {
    const close = this.find((token) => token.kind === 'OPERATOR' && token.text === '=') - 1
    if (close < this.at || this.tokens[close]!.kind !== 'CLOSEBRACKET') throw this.fault('LET ( positions lacks its )')
    const parser = new ExpressionParser(this.tokens, this.at, close)
    const keys: Expression[] = []
    while (!parser.isAtEnd) keys.push(parser.expression())
    if (keys.length === 0) throw this.fault('LET ( ) needs at least one position')
    this.at = close + 1
    this.expectEquals()
    return new LetEntry(keys, this.toNextCommand())
  }

  private expectEquals(): void {
    if (this.at >= this.end || this.tokens[this.at]!.text !== '=') throw this.fault('LET lacks its =')
    this.at++
  }

  private if(): Statement {
    const branches: Branch[] = []
    for (let word = 'IF'; word !== 'ENDIF'; ) {
      const condition = word === 'ELSE' ? ALWAYS : this.toCommand('THEN')
      const start = this.at
      const last = this.endOfBranch()
      branches.push({ condition, block: parseBlock(this.tokens, start, last, this.depth) })
      word = this.tokens[last]!.text
      this.at = last + 1
    }
    return new If(branches)
  }

  /** Where this branch ends: at its ENDIF, ELSE or ELSEIF, those of inner IFs skipped. */
  private endOfBranch(): number {
    let inner = 0
    const last = this.find(({ kind, text }) => {
      if (kind !== 'COMMAND') return false
      if (inner === 0 && (text === 'ENDIF' || text === 'ELSE' || text === 'ELSEIF')) return true
      if (text === 'IF') inner++
      else if (text === 'ENDIF') inner--
      return false
    })
    if (last === this.end) throw this.fault('IF lacks its ENDIF')
    return last
  }

  /**
   * The reference takes what stands up to the matching ENDWHILE or, without one, up to the end, and drops the last token
   * of that without looking at it. So a loop without ENDWHILE is legal where the rest parses after losing its last token.
   */
  private while(): Statement {
    const condition = this.toCommand('DO')
    const start = this.at
    let inner = 0
    const found = this.find(({ kind, text }) => {
      if (kind !== 'COMMAND') return false
      if (text === 'WHILE') inner++
      return text === 'ENDWHILE' && inner-- === 0
    })
    const last = Math.min(found, this.end - 1)
    if (last < start) throw this.fault('WHILE lacks its body and ENDWHILE')
    this.at = last + 1
    return new While(condition, parseBlock(this.tokens, start, last, this.depth))
  }

  /** The expression up to the next command of any kind. */
  private toNextCommand(): Expression {
    return this.upTo(this.find(({ kind }) => kind === 'COMMAND'))
  }

  /** The expression up to the first `word`, which is taken too. */
  private toCommand(word: string): Expression {
    const at = this.find(({ kind, text }) => kind === 'COMMAND' && text === word)
    if (at === this.end) throw this.fault(`${word} is missing`)
    const expression = this.upTo(at)
    this.at = at + 1
    return expression
  }

  private upTo(end: number): Expression {
    const expression = parseExpression(this.tokens, this.at, end)
    this.at = end
    return expression
  }

  /** Position of the first token from here for which `matches` holds, or the end. */
  private find(matches: (token: Token) => boolean): number {
    let at = this.at
    while (at < this.end && !matches(this.tokens[at]!)) at++
    return at
  }

  private fault(message: string): ScriptFault {
    return new ScriptFault('bad-statement', message, { token: this.at })
  }
}
