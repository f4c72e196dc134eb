import { parseJson, type Token } from '@minipolis/minima'

/** The member `name` of a name that is JSON, else the whole text. */
export function plainName({ name }: Token): string {
  const parsed = parseJson(name)
  const value = parsed.kind === 'value' && parsed.value instanceof Map ? parsed.value.get('name') : undefined
  return typeof value === 'string' ? value : name
}
