import type { Message } from '../wire/index.ts'
import type { ChainAccess } from './chain-access.ts'

/** Milliseconds between two signs of life, and between two lists of our newest blocks. Source: spec 06 section 10 */
const PING_MS = 180_000
const PULSE_MS = 600_000
/** Source: spec 06 section 7.1 */
const PULSE_IDS = 512

/** What all peers are sent from time to time, so that they stay and see what they miss. */
export class SignsOfLife {
  readonly #chain: ChainAccess
  #pingMs: number
  #pulseMs: number

  constructor(chain: ChainAccess, nowMs: number) {
    this.#chain = chain
    this.#pingMs = nowMs
    this.#pulseMs = nowMs
  }

  /** Messages that are due. A node without a chain has nothing to say. */
  due(nowMs: number): Message[] {
    const tip = this.#chain.tip()
    const messages: Message[] = []
    if (tip === undefined) return messages
    if (nowMs - this.#pingMs >= PING_MS) {
      this.#pingMs = nowMs
      messages.push({ name: 'ping', value: tip.id })
    }
    if (nowMs - this.#pulseMs >= PULSE_MS) {
      this.#pulseMs = nowMs
      messages.push({ name: 'pulse', value: { blocks: this.#chain.branchIds(PULSE_IDS) } })
    }
    return messages
  }
}
