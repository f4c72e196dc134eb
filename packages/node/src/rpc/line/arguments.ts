import {
  fromHex,
  type JsonObject,
  type JsonValue,
  MiniNumber,
  MinipolisError,
  parseMxAddress,
  printJson,
  toHex,
  trimControls,
} from '@minipolis/minima'
import { RpcError } from '../rpc-error.ts'
import type { Parameters } from './parse-line.ts'

const INTEGER_MAX = 2 ** 31 - 1

/**
 * The parameters of one call, read by the types of the reference. The getters without a fallback insist on the parameter; all
 * of them throw RpcError `bad-parameter`.
 */
export class Arguments {
  /** What the reply echoes; some commands add to it. */
  readonly echo: Parameters

  constructor(parameters: Parameters) {
    this.echo = parameters
  }

  has(name: string): boolean {
    return this.echo.has(name)
  }

  /** The value as it was given. */
  value(name: string): JsonValue | undefined {
    return this.echo.get(name)
  }

  text(name: string, fallback?: string): string {
    const value = this.echo.get(name)
    if (value === undefined) {
      if (fallback !== undefined) return fallback
      throw new RpcError('bad-parameter', `param not specified : ${name}`)
    }
    if (typeof value !== 'string') throw new RpcError('bad-parameter', `param ${name} must be a text, not JSON`)
    const text = trimControls(value)
    if (text === '') throw new RpcError('bad-parameter', `BLANK param not allowed : ${name}`)
    return text
  }

  /** A text, or JSON printed anew. */
  textOrJson(name: string): string {
    const value = this.echo.get(name)
    return value === undefined || typeof value === 'string' ? this.text(name) : printJson(value)
  }

  /** Only `true` is true. */
  flag(name: string, fallback?: boolean): boolean {
    return fallback !== undefined && !this.has(name) ? fallback : this.text(name) === 'true'
  }

  number(name: string, fallback?: MiniNumber): MiniNumber {
    return fallback !== undefined && !this.has(name) ? fallback : parseNumber(this.text(name), name)
  }

  /** A whole number of at least 0; larger than `max` counts as `max`. */
  count(name: string, fallback: number, max: number): number {
    if (!this.has(name)) return fallback
    const number = this.number(name).floor()
    if (number.isNegative()) throw new RpcError('bad-parameter', `${name} must not be negative`)
    return number.moreThan(MiniNumber.of(max)) ? max : Number(number.toBigInt())
  }

  /** A whole number of 32 bits with sign, as the reference cuts numbers; what lies beyond counts as the last one. */
  integer(name: string, fallback: number): number {
    if (!this.has(name)) return fallback
    const number = this.number(name).floor()
    if (number.moreThan(MiniNumber.of(INTEGER_MAX))) return INTEGER_MAX
    return number.lessThan(MiniNumber.of(-INTEGER_MAX)) ? -INTEGER_MAX : Number(number.toString())
  }

  /** Bytes given as `0x…`, or as `Mx…` with their checksum. */
  bytes(name: string): Uint8Array {
    const text = this.text(name)
    try {
      return /^mx/i.test(text) ? parseMxAddress(text) : fromHex(text)
    } catch (error) {
      throw wrapped(error, `Invalid Data param specified : ${name} ${text}`)
    }
  }

  /** An id as upper-case hex. */
  hex(name: string): string {
    return toHex(this.bytes(name))
  }

  /** An address as the chain prints it; other texts than `Mx…` and `0x…` pass as they are. */
  address(name: string, fallback?: string): string {
    return fallback !== undefined && !this.has(name) ? fallback : parseAddressText(this.text(name))
  }

  object(name: string): JsonObject {
    const value = this.echo.get(name)
    if (value !== undefined && isObject(value)) return value
    throw this.#wrongType(name, 'an object {…}')
  }

  array(name: string): readonly JsonValue[] {
    const value = this.echo.get(name)
    if (Array.isArray(value)) return value as readonly JsonValue[]
    throw this.#wrongType(name, 'a list […]')
  }

  /** A list whose members are all texts. */
  texts(name: string): string[] {
    return this.array(name).map((member) => memberText(member, name))
  }

  /** An object whose members are all texts. */
  entries(name: string): [key: string, value: string][] {
    return Array.from(this.object(name), ([key, value]) => [key, memberText(value, name)])
  }

  isObject(name: string): boolean {
    const value = this.echo.get(name)
    return value !== undefined && isObject(value)
  }

  #wrongType(name: string, wanted: string): RpcError {
    const isMissing = !this.echo.has(name)
    return new RpcError(
      'bad-parameter',
      isMissing ? `param not specified : ${name}` : `param ${name} must be ${wanted}`,
    )
  }
}

/** @throws RpcError `bad-parameter` */
export function parseNumber(text: string, name: string): MiniNumber {
  try {
    return MiniNumber.parse(text)
  } catch (error) {
    throw wrapped(error, `${name} must be a number, not ${text}`)
  }
}

/** @throws RpcError `bad-parameter` */
export function parseAddressText(text: string): string {
  try {
    if (/^mx/i.test(text)) return toHex(parseMxAddress(text))
    return text.startsWith('0x') ? toHex(fromHex(text)) : text
  } catch (error) {
    if (!(error instanceof MinipolisError)) throw error
    throw new RpcError('bad-parameter', `Invalid address ${text} : ${error.message}`, {}, { cause: error })
  }
}

const isObject = (value: JsonValue): value is JsonObject => value instanceof Map

const wrapped = (error: unknown, message: string): unknown =>
  error instanceof MinipolisError ? new RpcError('bad-parameter', message, {}, { cause: error }) : error

function memberText(member: JsonValue, name: string): string {
  if (typeof member === 'string') return member
  throw new RpcError('bad-parameter', `the members of ${name} must be texts in quotes`)
}
