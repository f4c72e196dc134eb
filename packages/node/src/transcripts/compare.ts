import { REDACTED, SECRET_NAMES } from '../rpc/envelope.ts'
import type { Recorded, Transcript } from './transcript.ts'

/** What the two wallets know that the recording drew at random: texts in one set stand for each other. */
export interface Interchangeable {
  /** Sets of texts: addresses of one wallet's default keys, and so on. */
  readonly sets: readonly ReadonlySet<string>[]
}

const JAVA_ERROR = /^java\.|Exception/
/** What `meta.alwaysVarying` names: block numbers, ages, times and what follows from them, by member name. */
const RACES_THE_CLOCK = new Set([
  'age',
  'isblock',
  'block',
  'blocktime',
  'blkdiff',
  'count',
  'created',
  'date',
  'difficulty',
  'mmr',
  'mmrentry',
  'nonce',
  'proofblock',
  'superblock',
  'timemilli',
  'txndiff',
  'txbodyhash',
  'txpowid',
  'parent',
  'prng',
  'transactionid',
  'signature',
  'size',
  'proof',
])
/** Of these, what is never to be relied on: two recordings may have had the same by luck. */
const ALWAYS_VARIES = new Set(['age', 'block', 'created', 'date', 'timemilli', 'tip', 'uptime'])
/** Sizes of files and memory. */
const SIZE = /^\d+(\.\d)? (bytes|KB|MB)(\/min)?$/
/** Everything below depends on the machine, on what the peers sent, or on the luck of the miners. */
const OWN_AFFAIRS = /\/(host|breakdown|superparents|dirs)(\/|$)/
/** Hash of another coin of the coin tree, which may be at an address that was drawn. */
const NEIGHBOUR = /\/proof\/proof\/\d+\/data\/data$/
/** What stands behind these words comes from Java or from us, up to the end of the line. */
const FOREIGN_WORDS = /((?:PARSE ERROR : |Execution Error - |Could not download web file : )).*/g

/** The differences between a recorded reply and ours; empty when ours is as good. */
export function differences(transcript: Transcript, actual: Recorded | undefined, same: Interchangeable): string[] {
  const found: string[] = []
  // The recorder had no reply: the node that was told to stop, for one, may be gone before it answers.
  if (transcript.response === null) return found
  new Comparison(transcript, same, found).value(transcript.response, actual, '')
  return found
}

class Comparison {
  readonly #transcript: Transcript
  readonly #same: Interchangeable
  readonly #found: string[]
  readonly #varies: readonly RegExp[]
  readonly #containers: readonly RegExp[]

  constructor(transcript: Transcript, same: Interchangeable, found: string[]) {
    this.#transcript = transcript
    this.#same = same
    this.#found = found
    const isContainer = (path: string): boolean => path.endsWith('/{length}') || path.endsWith('/{keys}')
    this.#varies = transcript.varies.filter((path) => !isContainer(path)).map(patternOf)
    this.#containers = transcript.varies.filter(isContainer).map((path) => patternOf(path.replace(/\/\{\w+\}$/, '')))
  }

  value(expected: Recorded, actual: Recorded | undefined, path: string): void {
    if (actual === undefined) this.#differs(path, expected, 'nothing')
    else if (isSecret(path) && actual === REDACTED) return
    else if (isElided(expected)) this.#sameType(expected.type === 'str' ? '' : {}, actual, path)
    else if (Array.isArray(expected)) this.#list(expected as readonly Recorded[], actual, path)
    else if (expected !== null && typeof expected === 'object') {
      this.#object(expected as { readonly [name: string]: Recorded }, actual, path)
    } else this.#plain(expected, actual, path)
  }

  #plain(expected: Recorded, actual: Recorded, path: string): void {
    this.#sameType(expected, actual, path)
    if (typeof expected !== typeof actual || expected === actual) return
    if (!this.#mayDiffer(expected, actual, path)) this.#differs(path, expected, actual)
  }

  #mayDiffer(expected: Recorded, actual: Recorded, path: string): boolean {
    const name = nameOf(path)
    if (this.#varies.some((pattern) => pattern.test(path))) return true
    if ((name === 'error' || name === 'message') && typeof expected === 'string' && JAVA_ERROR.test(expected))
      return actual !== ''
    if (this.#explains(path)) return true
    if (OWN_AFFAIRS.test(path) || NEIGHBOUR.test(path)) return true
    if (isSecret(path)) return false
    if (typeof expected === 'string' && typeof actual === 'string' && this.#isSame(expected, actual)) return true
    if (ALWAYS_VARIES.has(name)) return true
    return !this.#transcript.deterministic && (RACES_THE_CLOCK.has(name) || /^\d+$/.test(name))
  }

  /** Each program explains itself in its own words, and each command has its own. */
  #explains(path: string): boolean {
    return /(^|;) *help *( |;|$)/i.test(this.#transcript.request) && path.includes('/response')
  }

  #isSame(expected: string, actual: string): boolean {
    if (SIZE.test(expected) && SIZE.test(actual)) return true
    if (isFolder(expected) && isFolder(actual)) return true
    if (expected.replace(FOREIGN_WORDS, '$1') === actual.replace(FOREIGN_WORDS, '$1')) return true
    return this.#same.sets.some((set) => set.has(expected) && set.has(actual))
  }

  #list(expected: readonly Recorded[], actual: Recorded, path: string): void {
    if (!Array.isArray(actual)) {
      this.#differs(path, 'a list', actual)
      return
    }
    const list = actual as readonly Recorded[]
    const mayVary = this.#varies.some((pattern) => pattern.test(path))
    if (
      expected.length !== list.length &&
      !mayVary &&
      !OWN_AFFAIRS.test(path) &&
      !this.#containers.some((pattern) => pattern.test(path))
    ) {
      this.#differs(path, `${expected.length} entries`, `${list.length} entries`)
    }
    // Where lengths vary, each of our entries must look like the first recorded one.
    const isAligned = expected.length === list.length
    list.forEach((entry, index) => {
      const model = isAligned ? expected[index] : expected[Math.min(index, expected.length - 1)]
      if (model !== undefined) this.value(model, entry, `${path}/${index}`)
    })
  }

  #object(expected: { readonly [name: string]: Recorded }, actual: Recorded, path: string): void {
    if (actual === null || typeof actual !== 'object' || Array.isArray(actual)) {
      this.#differs(path, 'an object', actual)
      return
    }
    const ours = actual as { readonly [name: string]: Recorded }
    const names = Object.keys(expected)
    const keysVary =
      this.#varies.some((pattern) => pattern.test(path)) || this.#containers.some((pattern) => pattern.test(path))
    if (
      names.join() !== Object.keys(ours).join() &&
      !OWN_AFFAIRS.test(path) &&
      !this.#explains(path) &&
      !isBareFailure(expected, ours)
    ) {
      if (!keysVary) this.#differs(path, `members ${names.join()}`, `members ${Object.keys(ours).join()}`)
    }
    for (const name of names) {
      const value = ours[name]
      const inner = expected[name]
      if (value !== undefined && inner !== undefined) this.value(inner, value, `${path}/${name}`)
    }
  }

  #sameType(expected: Recorded, actual: Recorded, path: string): void {
    if (typeof expected !== typeof actual || (expected === null) !== (actual === null))
      this.#differs(path, expected, actual)
  }

  #differs(path: string, expected: unknown, actual: unknown): void {
    this.#found.push(`${path === '' ? '/' : path}: expected ${short(expected)}, got ${short(actual)}`)
  }
}

/** Echoed by the reference, and by this node never. */
const isSecret = (path: string): boolean => path.includes('/params/') && SECRET_NAMES.has(nameOf(path))

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** A data folder, whose inner layout is each program's own. */
const isFolder = (text: string): boolean => /^\/minima\/\w+(\/data\/1\.0)?$/.test(text)

type Members = { readonly [name: string]: Recorded }

/** Where the reference's runner itself failed, it says nothing but that; any failure of ours is better. */
const isBareFailure = (expected: Members, actual: Members): boolean =>
  Object.keys(expected).join() === 'status' && actual.status === false

const SHOWN_LENGTH_MAX = 160
const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, SHOWN_LENGTH_MAX)

const isElided = (value: Recorded): value is { readonly __elided__: string; readonly type: string } =>
  value !== null && typeof value === 'object' && '__elided__' in value

/** `*` stands for any index. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('/*', '/[^/]+')}$`)
