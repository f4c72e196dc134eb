import { BLOCK_DEPTH_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import type { Token } from '../tokens/token.ts'
import { BooleanValue } from '../values/index.ts'
import { Block, type Statement } from './block.ts'
import type { Expression } from './expression.ts'
import { Constant } from './leaf.ts'
import { matchBlocks, UNMATCHED } from './matching.ts'
import { ExpressionParser, parseExpression } from './parse-expression.ts'
import { Assert, type Branch, Exec, If, Let, LetEntry, Mast, Return, While } from './statements.ts'

/**
 * The statements of a script that starts below `depth` open blocks.
 * Source: minima-global/Minima: src/org/minima/kissvm/statements/StatementParser.java
 *
 * @throws ScriptFault
 */
export const parseBlock = (tokens: readonly Token[], depth: number): Block =>
  new BlockParser(tokens).block(tokens.length, depth)

const ALWAYS = new Constant(BooleanValue.TRUE)

/** Reads from `at` up to `end`, which is that of the innermost block. */
class BlockParser {
  private readonly tokens: readonly Token[]
  private matches: Int32Array | undefined
  private at = 0
  private end = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  /** The block from here up to `end`. */
  block(end: number, depth: number): Block {
    if (depth + 1 > BLOCK_DEPTH_MAX) {
      throw new ScriptFault('too-nested', `blocks may be nested ${BLOCK_DEPTH_MAX} deep`, { token: this.at })
    }
    const outerEnd = this.end
    this.end = end
    const statements: Statement[] = []
    while (this.at < end) statements.push(this.statement(depth + 1))
    this.end = outerEnd
    return new Block(statements)
  }

  private statement(depth: number): Statement {
    const token = this.tokens[this.at++]!
    switch (token.kind === 'COMMAND' ? token.text : '') {
      case 'LET':
        return this.let()
      case 'IF':
        return this.if(depth)
      case 'WHILE':
        return this.while(depth)
      case 'RETURN':
        return new Return(this.toNextCommand())
      case 'ASSERT':
        return new Assert(this.toNextCommand())
      case 'EXEC':
        return new Exec(this.toNextCommand())
      case 'MAST':
        return new Mast(this.toNextCommand())
      default:
        throw this.fault(`a statement starts with a command, got ${token.text.slice(0, 40)}`)
    }
  }

  private let(): Statement {
    const target = this.take()
    if (target?.kind === 'OPENBRACKET') return this.letEntry()
    if (target?.kind !== 'VARIABLE') throw this.fault('LET needs a variable or ( positions )')
    this.takeEquals()
    return new Let(target.text, this.toNextCommand())
  }

  private letEntry(): Statement {
    const close = this.find((token) => token.text === '=' || token.kind === 'COMMAND') - 1
    if (close < this.at || this.tokens[close]!.kind !== 'CLOSEBRACKET') throw this.fault('LET ( positions lacks its )')
    const parser = new ExpressionParser(this.tokens, this.at, close)
    const keys: Expression[] = []
    while (!parser.isAtEnd) keys.push(parser.expression())
    if (keys.length === 0) throw this.fault('LET ( ) needs at least one position')
    this.at = close + 1
    this.takeEquals()
    return new LetEntry(keys, this.toNextCommand())
  }

  private take(): Token | undefined {
    return this.at < this.end ? this.tokens[this.at++] : undefined
  }

  private takeEquals(): void {
    if (this.take()?.text !== '=') throw this.fault('LET lacks its =')
  }

  /** ELSE may be followed by more branches, which can never run and must parse. */
  private if(depth: number): Statement {
    const branches: Branch[] = []
    for (let word = 'IF'; word !== 'ENDIF'; ) {
      const last = this.matchOf(this.at - 1)
      if (last === UNMATCHED) throw this.fault('IF lacks its ENDIF')
      const condition = word === 'ELSE' ? ALWAYS : this.toCommand('THEN')
      branches.push({ condition, block: this.block(last, depth) })
      word = this.tokens[last]!.text
      this.at = last + 1
    }
    return new If(branches)
  }

  /**
   * The reference takes what stands up to the matching ENDWHILE or, without one, up to the end, and drops the last token
   * of that without looking at it. So a loop without ENDWHILE is legal where the rest parses after losing its last token.
   */
  private while(depth: number): Statement {
    const match = this.matchOf(this.at - 1)
    const condition = this.toCommand('DO')
    const last = match === UNMATCHED ? this.end - 1 : match
    if (last < this.at) throw this.fault('WHILE lacks its body and ENDWHILE')
    const block = this.block(last, depth)
    this.at = last + 1
    return new While(condition, block)
  }

  /** Where the branch or loop that the token at `opener` starts ends, if it does within this block. */
  private matchOf(opener: number): number {
    this.matches ??= matchBlocks(this.tokens)
    const match = this.matches[opener]!
    return match < this.end ? match : UNMATCHED
  }

  /** The expression up to the next command of any kind. */
  private toNextCommand(): Expression {
    const end = this.find(({ kind }) => kind === 'COMMAND')
    const expression = parseExpression(this.tokens, this.at, end)
    this.at = end
    return expression
  }

  /** The expression up to `word`, which must be the next command and is taken too. */
  private toCommand(word: string): Expression {
    const expression = this.toNextCommand()
    if (this.take()?.text !== word) throw this.fault(`${word} is missing`)
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
