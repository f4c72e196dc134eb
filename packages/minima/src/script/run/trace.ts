import type { ScriptEnvironment } from '../environment.ts'
import { TRACE_CHARACTERS_MAX } from '../limits.ts'
import type { ScriptFault } from '../script-fault.ts'
import type { Token } from '../tokens/token.ts'
import type { Value } from '../values/index.ts'
import { hashtableOrder } from './hashtable-order.ts'

/**
 * The log of a run, one line per event, in the form that the reference's `runscript` prints, without its lines for the whole
 * transaction and witness. It is bounded: what comes after {@link TRACE_CHARACTERS_MAX} characters is left out. Texts of
 * faults are our own.
 */
export class Trace {
  readonly lines: string[] = []
  private left = TRACE_CHARACTERS_MAX

  /** The text is only made while there is room for it. */
  line(operations: number, text: () => string): void {
    if (this.left <= 0) return
    const line = `INST[${operations}] - ${text()}`
    this.lines.push(line.slice(0, this.left))
    this.left -= line.length
    if (this.left <= 0) this.lines.push(`trace cut after ${TRACE_CHARACTERS_MAX} characters`)
  }

  beginning(script: string, environment: ScriptEnvironment): void {
    this.line(0, () => `Contract   : ${script}`)
    this.line(0, () => `Size       : ${script.length}`)
    for (const signer of environment.signers) this.line(0, () => `Signature : ${signer}`)
    for (const { port, value } of environment.transaction.state) this.line(0, () => `State[${port}] : ${value}`)
    for (const { port, value } of environment.previousState) this.line(0, () => `PrevState[${port}] : ${value}`)
  }

  tokens(tokens: readonly Token[]): void {
    for (const [i, { kind, text }] of tokens.entries()) this.line(0, () => `${i}) Token : [${kind}] ${text}`)
  }

  unparsed(fault: ScriptFault, environment: ScriptEnvironment): void {
    this.line(0, () => `PARSE ERROR : ${fault.message}`)
    this.globals(environment)
    this.line(0, () => 'Script parse FAILED. Please fix and retry.')
  }

  start(environment: ScriptEnvironment): void {
    this.line(0, () => 'Script token parse OK.')
    this.globals(environment)
    this.line(0, () => 'Start executing the contract')
  }

  private globals(environment: ScriptEnvironment): void {
    for (const [name, value] of environment.globals) this.line(0, () => `Global [${name}] : ${value.text}`)
  }

  /** An operator or function call that gave `value`. */
  returns(operations: number, print: () => string, value: Value): void {
    this.line(operations, () => `${print()} returns:${value.text}`)
  }

  /** All variables, after an assignment. */
  variables(operations: number, variables: ReadonlyMap<string, Value>): void {
    this.line(operations, () => {
      let text = '{ '
      for (const [name, value] of listVariables(variables)) {
        if (text.length > this.left) break
        text += `${name} = ${value.text}, `
      }
      return `${text}}`
    })
  }

  end(operations: number, fault: ScriptFault | null, success: boolean): void {
    if (fault !== null) this.line(operations, () => `Execution Error - ${fault.message}`)
    this.line(operations, () => `Contract instructions : ${operations}`)
    this.line(operations, () => `Contract finished     : ${success}`)
  }
}

/** All variables in the order and with the names that the reference prints. */
export const listVariables = (variables: ReadonlyMap<string, Value>): [name: string, value: Value][] =>
  hashtableOrder([...variables.keys()]).map((name) => [printedName(name), variables.get(name)!])

/** Array entries are kept under `1,2,` and printed as `( 1 2 )`. */
const printedName = (name: string): string => (name.includes(',') ? `( ${name.replaceAll(',', ' ').trim()} )` : name)
