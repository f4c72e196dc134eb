import type { ScriptRun } from '../run/script-run.ts'
import { requireBoolean, requireHex, requireNumber, requireString } from '../values/require-type.ts'
import type { Block, Statement } from './block.ts'
import type { Expression } from './expression.ts'

export class Let implements Statement {
  readonly name: string
  readonly value: Expression

  constructor(name: string, value: Expression) {
    this.name = name
    this.value = value
  }

  execute(run: ScriptRun): void {
    run.assign(this.name, this.value.evaluate(run))
  }

  print(): string {
    return `LET ${this.name} = ${this.value.print()}`
  }
}

/** The name of an array entry: each number as text with a comma behind it. */
export const arrayKey = (keys: readonly Expression[], run: ScriptRun, where: string): string => {
  let name = ''
  for (const key of keys) name += `${requireNumber(key.evaluate(run), where).text},`
  return name
}

export class LetEntry implements Statement {
  readonly keys: readonly Expression[]
  readonly value: Expression

  constructor(keys: readonly Expression[], value: Expression) {
    this.keys = keys
    this.value = value
  }

  execute(run: ScriptRun): void {
    const name = arrayKey(this.keys, run, 'an array position of LET')
    run.assign(name, this.value.evaluate(run))
  }

  print(): string {
    return `LET ( ${this.keys.map((key) => key.print().trim()).join(' ')} ) = ${this.value.print()}`
  }
}

export interface Branch {
  readonly condition: Expression
  readonly block: Block
}

/** The first branch whose condition holds runs; conditions behind it are not evaluated. ELSE is a branch on TRUE. */
export class If implements Statement {
  readonly branches: readonly Branch[]

  constructor(branches: readonly Branch[]) {
    this.branches = branches
  }

  execute(run: ScriptRun): void {
    for (const { condition, block } of this.branches) {
      if (!requireBoolean(condition.evaluate(run), 'the condition of IF').value) continue
      block.run(run)
      return
    }
  }

  print(): string {
    return `IF ${this.branches.map(({ condition }) => condition.print()).join(', ELSEIF ')}`
  }
}

export class While implements Statement {
  readonly condition: Expression
  readonly block: Block

  constructor(condition: Expression, block: Block) {
    this.condition = condition
    this.block = block
  }

  execute(run: ScriptRun): void {
    while (requireBoolean(this.condition.evaluate(run), 'the condition of WHILE').value) {
      this.block.run(run)
      if (run.outcome !== undefined) return
    }
  }

  print(): string {
    return `WHILE ${this.condition.print()}`
  }
}

export class Return implements Statement {
  readonly value: Expression

  constructor(value: Expression) {
    this.value = value
  }

  execute(run: ScriptRun): void {
    run.decide(requireBoolean(this.value.evaluate(run), 'RETURN').value)
  }

  print(): string {
    return `RETURN ${this.value.print()}`
  }
}

export class Assert implements Statement {
  readonly value: Expression

  constructor(value: Expression) {
    this.value = value
  }

  execute(run: ScriptRun): void {
    if (!requireBoolean(this.value.evaluate(run), 'ASSERT').value) run.decide(false)
  }

  print(): string {
    return `ASSERT ${this.value.print()}`
  }
}

/** Runs a text as a part of this script. */
export class Exec implements Statement {
  readonly script: Expression

  constructor(script: Expression) {
    this.script = script
  }

  execute(run: ScriptRun): void {
    run.runText(requireString(this.script.evaluate(run), 'EXEC').text)
  }

  print(): string {
    return `EXEC ${this.script.print()}`
  }
}

/** Runs the script of the witness that has this address: a branch that is only shown when it is used. */
export class Mast implements Statement {
  readonly address: Expression

  constructor(address: Expression) {
    this.address = address
  }

  execute(run: ScriptRun): void {
    run.runText(run.witnessScript(requireHex(this.address.evaluate(run), 'MAST')))
  }

  print(): string {
    return `MAST ${this.address.print()}`
  }
}
