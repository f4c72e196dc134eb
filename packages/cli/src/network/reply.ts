import { CommandError } from '../terminal/command-error.ts'

/** One command's answer, as far as this program looks into it. */
export interface Reply {
  readonly status: boolean
  readonly error?: string
  readonly message?: string
  readonly response?: unknown
}

/** Whether every command of a line was carried out, and if not, why. */
export function failureOf(text: string): string | undefined {
  const failed = repliesOf(text).find(({ status }) => !status)
  return failed && (failed.error ?? failed.message ?? 'the command failed')
}

/** Replies of a line. @throws CommandError `server` */
export function repliesOf(text: string): Reply[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new CommandError('server', 'the node answers with something that is no JSON', {}, { cause })
  }
  return (Array.isArray(value) ? value : [value]).map(toReply)
}

/** What a command gave. @throws CommandError `server` when it failed */
export function responseOf(text: string): unknown {
  const failure = failureOf(text)
  if (failure !== undefined) throw new CommandError('server', `the node refuses: ${failure}`)
  return repliesOf(text)[0]?.response
}

function toReply(value: unknown): Reply {
  const { status, error, message, response } = asObject(value)
  return {
    // Errors of the interface itself carry nothing but `error`.
    status: status === true,
    ...(typeof error === 'string' && { error }),
    ...(typeof message === 'string' && { message }),
    response,
  }
}

/** Members of an object; of anything else none. */
export const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
