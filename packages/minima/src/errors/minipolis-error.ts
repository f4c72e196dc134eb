/**
 * Base of all errors that the world causes: a stable kebab-case code for machines, a sentence for people, facts as data.
 * Bugs of ours are plain assertion errors; judgements about foreign data are ordinary results.
 */
export class MinipolisError<Code extends string = string> extends Error {
  readonly code: Code
  readonly facts: Readonly<Record<string, unknown>>

  constructor(code: Code, message: string, facts: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.facts = facts
  }
}
