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
    return template === undefined ? request : template.replace(/\$\{(\w+)\}/g, (_, name: string) => this.#value(name))
  }

  #value(name: string): string {
    const value =
      name === 'signedfile'
        ? basename(this.#captured.get(name) ?? '')
        : (this.#captured.get(name) ?? this.#derived(name))
    if (value === undefined)
      throw new TranscriptError('unknown-variable', `nothing gave a value for \${${name}}`, { name })
    return value
  }

  #derived(name: string): string | undefined {
    const key = /^([ab])(pk|addr)(\d)$/.exec(name)
    if (key !== null) {
      const node = this.#node(key[1] === 'a' ? 'alice' : 'bob')
      const publicKey = node?.core.wallet.keys.defaults()[Number(key[3])]?.publicKey
      return publicKey && toHex(key[2] === 'pk' ? publicKey : signedByAddress(publicKey))
    }
    const recipient = (): string => `"${this.#value('baddr0')}:0.01"`
    switch (name) {
      case 'aliceport':
        return String(this.#node('alice')?.port ?? 0)
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
      default:
        return undefined
    }
  }

  #node(name: string): RecordedNode | undefined {
    return this.#nodes.get(name)
  }

  #tokenNamed(name: string): string | undefined {
    const node = this.#node('alice')
    if (node === undefined) return undefined
    const tokens = knownTokens(node.core, node.state)
    return [...tokens].find(([, token]) => plainName(token) === name)?.[0]
  }
}

/** Within the hash of the last sibling: the proof can be read, and leads elsewhere. */
function withByteChanged(hex: string): string {
  const at = hex.length - 12
  return `${hex.slice(0, at)}${hex.slice(at, at + 2) === '00' ? 'FF' : '00'}${hex.slice(at + 2)}`
}
