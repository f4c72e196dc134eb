import { BoundedMap } from './bounded-map.ts'
import { formatAddress, ipBlock, type PeerAddress } from './peer-address.ts'

/** Peers that must agree on this node's address. */
const AGREEING_PEERS = 3
/** Milliseconds for which an answer is accepted. */
const ANSWER_MS = 30_000
const QUESTIONS_MAX = 64
const OWN_NAMES_MAX = 16

/** Where this node is, as far as it can know: what was set, what several peers see, and where it met itself. */
export class OwnHost {
  readonly #allowInternal: boolean
  readonly #questions = new BoundedMap<{ readonly link: number; readonly atMs: number }>(QUESTIONS_MAX)
  /** What peers answered, by link. */
  readonly #answers = new Map<number, { readonly ip: string; readonly voter: string }>()
  /** Addresses at which this node met itself. */
  readonly #names = new BoundedMap<true>(OWN_NAMES_MAX)
  #host: string | undefined
  /** The port that this node listens at. */
  port = 0

  constructor(host: string | undefined, allowInternal: boolean) {
    this.#host = host
    this.#allowInternal = allowInternal
  }

  /** The IP or name; undefined as long as too few agree. */
  get host(): string | undefined {
    return this.#host
  }

  get address(): PeerAddress | undefined {
    return this.#host === undefined ? undefined : { host: this.#host, port: this.port }
  }

  is(address: PeerAddress): boolean {
    const { host, port } = address
    return (host === this.#host && port === this.port) || this.#names.has(formatAddress(address))
  }

  /** This node was reached there by itself. */
  met(address: PeerAddress): void {
    this.#names.set(formatAddress(address), true)
  }

  /** Notes that the peer on this link is asked for the address it sees. */
  asks(link: number, secret: string, nowMs: number): void {
    this.#questions.set(secret, { link, atMs: nowMs })
  }

  /**
   * Takes an answer. The own address is what several peers in different places see; one alone could tell anything.
   *
   * @param voter IP of the peer that answered
   */
  told(
    link: number,
    voter: string,
    { ip, secret }: { readonly ip: string; readonly secret: string },
    nowMs: number,
  ): void {
    const question = this.#questions.get(secret)
    if (question === undefined || question.link !== link || nowMs - question.atMs > ANSWER_MS) return
    this.#questions.delete(secret)
    if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(ip)) return
    this.#answers.set(link, { ip, voter })
    const voters = [...this.#answers.values()].filter((answer) => answer.ip === ip).map((answer) => answer.voter)
    const places = new Set(this.#allowInternal ? voters : voters.map(ipBlock))
    if (places.size >= AGREEING_PEERS) this.#host = ip
  }

  /** A link is gone, and its answer with it. */
  gone(link: number): void {
    this.#answers.delete(link)
  }
}
