import { encode, factsOf, MiniNumber, type RandomBytes, type TxPoW } from '@minipolis/minima'
import { MAXIMA_STATUS, MaxTxPoW } from '../wire/index.ts'
import { formatMaximaAddress, type MaximaAddress } from './address.ts'
import { MaximaError } from './maxima-error.ts'
import { APPLICATION_LENGTH_MAX, type Content, type MaximaMessage, packageHash, RANDOM_BYTES } from './message.ts'
import { handOver } from './one-shot.ts'
import type { MaximaKey } from './rsa.ts'
import { sealMessage } from './seal.ts'
import { Turns } from './turns.ts'
import type { MaximaWork } from './work.ts'

/** One slow address must not hold up the others. */
const TURN_LIMITS = { total: 16, perName: 4, waiting: 256 }
const VERSION = '1.0'

/**
 * What the other side said. `ok` from a node that hosts the recipient means only that the message waits on its link; only an
 * application's acknowledgement says that it arrived. An answer of a location service counts as `ok`.
 */
export type DeliveryStatus = 'ok' | 'fail' | 'unknown' | 'too-big' | 'wrong-hash'

export interface Delivery {
  readonly message: MaximaMessage
  /** Names the message, 32 bytes. */
  readonly id: Uint8Array
  readonly status: DeliveryStatus
  /** As it came. */
  readonly answer: Uint8Array
  /** Milliseconds for sealing and work, and for handing over. */
  readonly creationMs: number
  readonly sendingMs: number
}

export interface SenderParts {
  /** The key that signs. */
  readonly mainKey: () => MaximaKey
  readonly work: MaximaWork
  /** Told of work that makes a block, which the chain should have. */
  readonly foundBlock: (txpow: TxPoW, by: 'us') => void
  readonly now: () => number
  readonly random: RandomBytes
  readonly allowInternal: boolean
}

export interface SendOptions {
  /** The address was given by the owner and not by a stranger: it may be internal. */
  readonly isTrusted?: boolean
  readonly signal?: AbortSignal
}

/** Makes messages and hands them over, some at a time. */
export class Sender {
  readonly #parts: SenderParts
  readonly #turns = new Turns(TURN_LIMITS)
  readonly #stop = new AbortController()

  constructor(parts: SenderParts) {
    this.#parts = parts
  }

  /** Messages that wait for their turn. */
  get waiting(): number {
    return this.#turns.waiting
  }

  stop(): void {
    this.#stop.abort(new MaximaError('not-started', 'messaging was stopped'))
  }

  /** @param attempt of an earlier attempt, so that the receiver knows the message again. @throws MaximaError `too-large` */
  compose(
    to: Uint8Array,
    content: Content,
    attempt: { readonly random?: Uint8Array; readonly timeMs?: number } = {},
  ): MaximaMessage {
    const { application, data } = content
    if (application.length > APPLICATION_LENGTH_MAX) {
      throw new MaximaError('too-large', `an application name has at most ${APPLICATION_LENGTH_MAX} characters`)
    }
    return {
      random: attempt.random ?? this.#parts.random(RANDOM_BYTES),
      from: this.#parts.mainKey().publicKey,
      to,
      time: MiniNumber.of(attempt.timeMs ?? this.#parts.now()),
      application,
      data,
    }
  }

  /**
   * Seals the message, does its work and hands it over, once.
   *
   * @throws MaximaError `too-large`, `bad-key`, `no-chain`, `work-timeout`, `not-reached`, `no-answer`, `queue-full`,
   *   `not-started`
   */
  async send(address: MaximaAddress, message: MaximaMessage, options: SendOptions = {}): Promise<Delivery> {
    return this.#turns.run(`${address.host}:${address.port}`, () => this.#send(address, message, options))
  }

  async #send(address: MaximaAddress, message: MaximaMessage, options: SendOptions): Promise<Delivery> {
    const { now, random, work, mainKey, foundBlock, allowInternal } = this.#parts
    const signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal
    signal.throwIfAborted()
    const begunMs = now()
    const sealed = sealMessage(message, mainKey().privateKey, random)
    const txpow = await work(packageHash(sealed.package), signal)
    if (factsOf(txpow).isBlock) foundBlock(txpow, 'us')
    const madeMs = now()
    const payload = encode(MaxTxPoW, { version: VERSION, package: sealed.package, txpow })
    const mayCallInside = allowInternal || options.isTrusted === true
    const answer = await handOver(address, payload, { allowInternal: mayCallInside, signal })
    return {
      message,
      id: sealed.id,
      status: statusOf(answer),
      answer,
      creationMs: madeMs - begunMs,
      sendingMs: now() - madeMs,
    }
  }
}

function statusOf(answer: Uint8Array): DeliveryStatus {
  switch (answer.length === 1 ? answer[0] : undefined) {
    case MAXIMA_STATUS.fail:
      return 'fail'
    case MAXIMA_STATUS.unknown:
      return 'unknown'
    case MAXIMA_STATUS.tooBig:
      return 'too-big'
    case MAXIMA_STATUS.wrongHash:
      return 'wrong-hash'
    default:
      return 'ok'
  }
}

/** Insists that the message was taken. @throws MaximaError `no-answer` */
export function insistTaken({ status }: Delivery, address: MaximaAddress): void {
  if (status === 'ok') return
  throw new MaximaError('no-answer', `${formatMaximaAddress(address).slice(-60)} refused the message: ${status}`, {
    status,
  })
}
