import type { EnrolRequest, RecordsQuery } from '../commands/city-access.ts'
import { CommandError } from '../terminal/command-error.ts'

type Members = Readonly<Record<string, unknown>>

/** @throws CommandError `usage` */
export function readRecordsQuery(value: unknown): RecordsQuery {
  const members = membersOf(value)
  return {
    stream: text(members, 'stream'),
    ...optional(members, 'fromMs', whole),
    ...optional(members, 'toMs', whole),
    ...optional(members, 'newestFirst', flag),
    limit: whole(members, 'limit'),
  }
}

/** @throws CommandError `usage` */
export function readEnrolRequest(value: unknown): EnrolRequest {
  const members = membersOf(value)
  const { streams } = members
  if (!Array.isArray(streams)) throw wrong('streams', 'a list')
  return {
    device: text(members, 'device'),
    publicKey: text(members, 'publicKey'),
    notBeforeMs: whole(members, 'notBeforeMs'),
    ...optional(members, 'notAfterMs', whole),
    ...optional(members, 'label', text),
    streams: streams.map((stream: unknown) => {
      const described = membersOf(stream)
      return { id: text(described, 'id'), unit: text(described, 'unit'), ...optional(described, 'kind', kind) }
    }),
  }
}

function membersOf(value: unknown): Members {
  if (typeof value === 'object' && value !== null) return value as Members
  throw new CommandError('usage', 'the request is not an object')
}

function optional<N extends string, T>(
  members: Members,
  name: N,
  read: (members: Members, name: N) => T,
): { readonly [K in N]?: T } {
  return members[name] === undefined ? {} : ({ [name]: read(members, name) } as { [K in N]: T })
}

function text(members: Members, name: string): string {
  const member = members[name]
  if (typeof member === 'string') return member
  throw wrong(name, 'a text')
}

function whole(members: Members, name: string): number {
  const member = members[name]
  if (typeof member === 'number' && Number.isSafeInteger(member)) return member
  throw wrong(name, 'a whole number')
}

function flag(members: Members, name: string): boolean {
  const member = members[name]
  if (typeof member === 'boolean') return member
  throw wrong(name, 'true or false')
}

function kind(members: Members, name: string): 'number' | 'text' {
  const member = members[name]
  if (member === 'number' || member === 'text') return member
  throw wrong(name, 'number or text')
}

const wrong = (name: string, what: string): CommandError =>
  new CommandError('usage', `"${name}" of the request is not ${what}`)
