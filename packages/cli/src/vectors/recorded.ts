import { fromHex } from '@minipolis/minima'
import { shown, VectorError } from './vector-error.ts'

/** JSON as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The fields of a recorded case. It remembers which ones were read, so that a field nobody looked at is found.
 * Every getter throws VectorError `shape` when the field is absent or of another type.
 */
export class Recorded {
  readonly fields: { readonly [key: string]: Json }
  private readonly used = new Set<string>()

  constructor(fields: { readonly [key: string]: Json }) {
    this.fields = fields
  }

  has(name: string): boolean {
    return Object.hasOwn(this.fields, name)
  }

  isUsed(name: string): boolean {
    return this.used.has(name)
  }

  /** The raw value; undefined when absent. */
  get(name: string): Json | undefined {
    this.used.add(name)
    return this.fields[name]
  }

  private typed<T extends Json>(name: string, type: string, isType: (value: Json | undefined) => value is T): T {
    const value = this.get(name)
    if (isType(value)) return value
    throw new VectorError('shape', `expected ${type} in the field ${name}, got ${shown(value)}`, { name })
  }

  text(name: string): string {
    return this.typed(name, 'text', (value) => typeof value === 'string')
  }

  number(name: string): number {
    return this.typed(name, 'a number', (value) => typeof value === 'number')
  }

  boolean(name: string): boolean {
    return this.typed(name, 'true or false', (value) => typeof value === 'boolean')
  }

  list(name: string): readonly Json[] {
    return this.typed(name, 'a list', (value): value is readonly Json[] => Array.isArray(value))
  }

  record(name: string): Recorded {
    return new Recorded(this.typed(name, 'an object', isRecord))
  }

  records(name: string): readonly Recorded[] {
    return this.list(name).map((value, i) => {
      if (isRecord(value)) return new Recorded(value)
      throw new VectorError('shape', `expected an object at ${i} of the field ${name}, got ${shown(value)}`, { name })
    })
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((value, i) => {
      if (typeof value === 'string') return value
      throw new VectorError('shape', `expected text at ${i} of the field ${name}, got ${shown(value)}`, { name })
    })
  }

  /** Bytes of a hex text. */
  bytes(name: string): Uint8Array {
    return fromHex(this.text(name))
  }
}
