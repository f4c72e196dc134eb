import type { P2PAddress } from '../wire/index.ts'

/** A connection with an accepted greeting. */
export interface NewLink {
  readonly id: number
  /** The dialled host, or the IP. */
  readonly host: string
  readonly ip: string
  readonly isOutgoing: boolean
}

export interface Link extends NewLink {
  /** `new` until the peer's P2P greeting came. */
  kind: 'new' | 'link' | 'client'
  port: number
}

/** The connections as the P2P layer sees them: links out and in, and clients, which take no links themselves. */
export class P2PLinks {
  readonly #links = new Map<number, Link>()

  get size(): number {
    return this.#links.size
  }

  add(link: NewLink): void {
    this.#links.set(link.id, { ...link, kind: 'new', port: 0 })
  }

  remove(id: number): void {
    this.#links.delete(id)
  }

  get(id: number): Link | undefined {
    return this.#links.get(id)
  }

  all(): Link[] {
    return [...this.#links.values()]
  }

  outgoing(): Link[] {
    return this.all().filter(({ kind, isOutgoing }) => kind === 'link' && isOutgoing)
  }

  incoming(): Link[] {
    return this.all().filter(({ kind, isOutgoing }) => kind === 'link' && !isOutgoing)
  }

  clients(): Link[] {
    return this.all().filter(({ kind }) => kind === 'client')
  }

  /** Several links to one node serve nobody. */
  isLinked({ host, port }: P2PAddress): boolean {
    return this.all().some((link) => (link.host === host || link.ip === host) && link.port === port)
  }
}
