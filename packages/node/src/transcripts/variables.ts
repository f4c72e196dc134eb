import { basename } from 'node:path'
import { signedByAddress, toHex } from '@minipolis/minima'
import { knownTokens } from '../rpc/coins.ts'
import { plainName } from '../rpc/token-name.ts'
import type { RecordedNode } from './recorded-node.ts'
import { type Recorded, type Transcript, TranscriptError, valueAt } from './transcript.ts'

/** Values that templates name and no reply gives: first keys and addresses, tokens by name, and texts made of others. */
export class Variables {
  readonly #captured = new Map<string, string>()
  readonly #nodes: ReadonlyMap<string, RecordedNode>

  constructor(nodes: ReadonlyMap<string, RecordedNode>) {
    this.#nodes = nodes
  }

  /** Remembers what later templates use. */
  capture({ capture = {} }: Transcript, reply: Recorded): void {
    for (const [name, path] of Object.entries(capture)) {
      const value = valueAt(reply, path)
      if (typeof value === 'string') this.#captured.set(name, value)
      else if (typeof value === 'number') this.#captured.set(name, String(value))
    }
  }

  /** The line with all its values. @throws TranscriptError `unknown-variable` */
  expand({ request, template }: Transcript): string {
    if (template === undefined) return request
    const recorded = recordedValues(template, request)
    return template.replace(VARIABLE, (_, name: string) => this.#known(name) ?? recorded.get(name) ?? unknown(name))
  }

  #known(name: string): string | undefined {
    const captured = this.#captured.get(name)
    if (name === 'signedfile') return captured && basename(captured)
    return captured ?? this.#derived(name)
  }

  #value(name: string): string {
    return this.#known(name) ?? unknown(name)
  }

  #derived(name: string): string | undefined {
    const key = /^([a-z])(pk|addr)(\d+)$/.exec(name)
    if (key !== null) {
      const node = this.#node(key[1]!)
      const publicKey = node?.core.wallet.keys.defaults()[Number(key[3])]?.publicKey
      return publicKey && toHex(key[2] === 'pk' ? publicKey : signedByAddress(publicKey))
    }
    const recipient = (): string => `"${this.#value('baddr0')}:0.01"`
    switch (name) {
      case 'aliceport':
        return String(this.#node('a')?.port ?? 0)
      case 'hook':
        return 'http://127.0.0.1:9299/rec'
      case 'tok':
        return this.#tokenNamed('energy')
      case 'nft':
        return this.#tokenNamed('LampPost')
      case 'ms':
        return `RETURN MULTISIG(2 ${this.#value('apk1')} ${this.#value('bpk1')})`
      case 'many':
        return Array.from({ length: 15 }, recipient).join()
      case 'many14':
        return Array.from({ length: 14 }, recipient).join()
      case 'st256':
        return `{${Array.from({ length: 256 }, (_, port) => `"${port}":"0x${(port + 1).toString(16).toUpperCase().padStart(64, '0')}"`).join()}}`
      case 'badproof':
        return withByteChanged(this.#value('proof'))
      case 'badcoin':
        return withZeroes(this.#value('proof'), this.#value('mroot'))
      default:
        return undefined
    }
  }

  /** @param initial of its name */
  #node(initial: string): RecordedNode | undefined {
    return [...this.#nodes.values()].find(({ name }) => name.startsWith(initial))
  }

  #tokenNamed(name: string): string | undefined {
    const node = this.#node('a')
    if (node === undefined) return undefined
    const tokens = knownTokens(node.core, node.state)
    return [...tokens].find(([, token]) => plainName(token) === name)?.[0]
  }
}

const VARIABLE = /\$\{(\w+)\}/g

function unknown(name: string): never {
  throw new TranscriptError('unknown-variable', `nothing gave a value for \${${name}}`, { name })
}

/** What the variables of a template stood for when the line was recorded. */
function recordedValues(template: string, request: string): Map<string, string> {
  const names = Array.from(template.matchAll(VARIABLE), ([, name]) => name!)
  const literals = template.split(/\$\{\w+\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const values = new RegExp(`^${literals.join('(.+?)')}$`, 's').exec(request)
  return new Map(values === null ? [] : names.map((name, index) => [name, values[index + 1]!]))
}

/** The same bytes, but the given ones zero. */
function withZeroes(hex: string, part: string): string {
  const digits = part.replace(/^0x/, '')
  return hex.replace(digits, '0'.repeat(digits.length))
}

/** Within the hash of the last sibling: the proof can be read, and leads elsewhere. */
function withByteChanged(hex: string): string {
  const at = hex.length - 12
  return `${hex.slice(0, at)}${hex.slice(at, at + 2) === '00' ? 'FF' : '00'}${hex.slice(at + 2)}`
}
