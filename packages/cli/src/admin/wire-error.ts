import { MinipolisError } from '@minipolis/minima'

/** An error on its way from the server to a command. */
export interface WireError {
  readonly code: string
  readonly message: string
  /** What JSON can say of the facts. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** Errors that are nobody's fault but ours say no more than that: the server's journal has the rest. */
export function wireError(error: unknown): WireError {
  if (!(error instanceof MinipolisError)) {
    return { code: 'internal', message: 'the server failed: its journal says why', facts: {} }
  }
  const facts = JSON.parse(
    JSON.stringify(error.facts, (_name, fact) => (typeof fact === 'bigint' ? String(fact) : fact)),
  )
  return { code: error.code, message: error.message, facts }
}

/** The same error on the side of the command, or `undefined` when the value is none. */
export function errorFrom(value: unknown): MinipolisError | undefined {
  if (typeof value !== 'object' || value === null || !('error' in value)) return undefined
  const { code, message, facts } = Object(value.error) as Partial<WireError>
  return new MinipolisError(String(code ?? 'server'), String(message ?? 'the server failed'), Object(facts ?? {}))
}
