import type { ScriptRun } from '../run/script-run.ts'

/** A parsed statement. */
export interface Statement {
  /** @throws ScriptFault, NumberError, CodecError */
  execute(run: ScriptRun): void
  /** Its form in traces. */
  print(): string
}

/** Statements one after another, until one of them decides the outcome of the script. */
export class Block {
  readonly statements: readonly Statement[]

  constructor(statements: readonly Statement[]) {
    this.statements = statements
  }

  /** Leaving early does not give back the level of depth: the reference does not either, and FUNCTION can show it. */
  run(run: ScriptRun): void {
    run.enter()
    for (const statement of this.statements) {
      if (run.outcome !== undefined) return
      run.count()
      run.trace?.line(run.operations, () => statement.print())
      statement.execute(run)
    }
    run.leave()
  }
}
