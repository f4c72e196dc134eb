import { bytesEqual, MIN_TXPOW_WORK, toHex } from '@minipolis/minima'
import { BoundedMap } from '../peers/bounded-map.ts'
import { TokenBucket } from '../peers/token-bucket.ts'
import { MAXIMA_STATUS, type MaxTxPoW } from '../wire/index.ts'
import {
  isReserved,
  type MaximaMessage,
  messageMark,
  PACKAGE_BYTES_MAX,
  packageBytes,
  packageHash,
  RESERVED,
} from './message.ts'
import { openPackage } from './seal.ts'
import type { MaximaStore } from './store.ts'
import { hasMessageWork, isRecentWork } from './work.ts'

/** Milliseconds that the time of a message may be away from the clock. */
export const MESSAGE_AGE_MS_MAX = 24 * 60 * 60 * 1000
/** Marks are kept so long: until a message with the latest time that is taken is too old. */
export const SEEN_MS = 2 * MESSAGE_AGE_MS_MAX
/** Messages of one sender. */
const SENDER_RATE = { burst: 60, perSecond: 10 }
/** Messages of all senders. */
const TOTAL_RATE = { burst: 500, perSecond: 50 }
const SENDERS_MAX = 10_000
/** Marks kept in memory. */
const MARKS_MAX = 50_000

/** The tip as far as messages need it. */
export interface TipView {
  readonly number: number
  readonly minimumWork: Uint8Array
}

export interface ReceiverParts {
  /** The private key to a public one of ours, upper-case hex. */
  readonly privateKeyFor: (publicKey: string) => Uint8Array | undefined
  readonly tip: () => TipView | undefined
  readonly store: Pick<MaximaStore, 'seen' | 'addSeen'>
  readonly now: () => number
}

/** A message for this node that is what it says. */
export interface Arrival {
  readonly message: MaximaMessage
  /** 32 bytes. */
  readonly id: Uint8Array
  /** Of sender and random part: the same for every attempt to send one message. */
  readonly mark: Uint8Array
  /** It came before and is not to be handled again; `isAcknowledged` then says whether its application had it. */
  readonly isRepeated: boolean
  readonly isAcknowledged: boolean
  /** It came before a restart and was not acknowledged, so its application gets it again. */
  readonly wasSeen: boolean
}

type Memory = Pick<Arrival, 'isRepeated' | 'isAcknowledged' | 'wasSeen'>

/** What becomes of a sealed message: a status for the sender, and for whom it is. */
export type Judgement =
  | { readonly kind: 'refused'; readonly status: number }
  /** Not sealed for us: a client on one of our links may want it. */
  | { readonly kind: 'foreign'; readonly to: Uint8Array }
  | { readonly kind: 'arrived'; readonly arrival: Arrival }

/** Judges sealed messages. Source: spec 07 sections 5.1 and 10 */
export class Receiver {
  readonly #parts: ReceiverParts
  readonly #senders = new BoundedMap<TokenBucket>(SENDERS_MAX)
  readonly #marks = new BoundedMap<true>(MARKS_MAX)
  readonly #total: TokenBucket

  constructor(parts: ReceiverParts) {
    this.#parts = parts
    this.#total = new TokenBucket(TOTAL_RATE, parts.now())
  }

  judge({ package: sealed, txpow }: MaxTxPoW): Judgement {
    if (!bytesEqual(txpow.header.customHash, packageHash(sealed))) return refused(MAXIMA_STATUS.wrongHash)
    if (packageBytes(sealed) > PACKAGE_BYTES_MAX) return refused(MAXIMA_STATUS.tooBig)
    const tip = this.#parts.tip()
    const isWorked = hasMessageWork(txpow, tip?.minimumWork ?? MIN_TXPOW_WORK)
    const privateKey = this.#parts.privateKeyFor(toHex(sealed.to))
    if (privateKey === undefined) {
      // Not how recent the work is: a client that catches up works on an old tip, and must see its own route check.
      return isWorked ? { kind: 'foreign', to: sealed.to } : refused(MAXIMA_STATUS.fail)
    }
    // The same status whatever is wrong: nobody is to learn what could be decrypted.
    if (!isWorked || (tip !== undefined && !isRecentWork(txpow, tip.number))) return refused(MAXIMA_STATUS.fail)
    const opened = openPackage(sealed, privateKey)
    if (typeof opened === 'string' || !this.#isAdmitted(opened.message)) return refused(MAXIMA_STATUS.fail)
    const mark = messageMark(opened.message)
    return { kind: 'arrived', arrival: { ...opened, mark, ...this.#remember(opened.message, mark) } }
  }

  #isAdmitted({ from, time }: MaximaMessage): boolean {
    const nowMs = this.#parts.now()
    const age = BigInt(nowMs) - time.toBigInt()
    if (age > MESSAGE_AGE_MS_MAX || age < -MESSAGE_AGE_MS_MAX) return false
    const sender = toHex(from)
    const bucket = this.#senders.get(sender) ?? new TokenBucket(SENDER_RATE, nowMs)
    this.#senders.set(sender, bucket)
    return bucket.tryTake(nowMs) && this.#total.tryTake(nowMs)
  }

  #remember({ application }: MaximaMessage, mark: Uint8Array): Memory {
    const name = toHex(mark)
    const isRepeated = this.#marks.has(name)
    this.#marks.set(name, true)
    // Route checks and location messages do no harm when they are repeated after a restart: they need not be durable.
    if (isReserved(application) && application !== RESERVED.contact) {
      return { isRepeated, isAcknowledged: false, wasSeen: false }
    }
    const seen = this.#parts.store.seen(mark)
    if (seen === undefined) this.#parts.store.addSeen(mark, this.#parts.now())
    const isAcknowledged = seen?.isAcknowledged ?? false
    const wasSeen = seen !== undefined && !isRepeated && !isAcknowledged && application !== RESERVED.contact
    return { isRepeated: seen !== undefined && !wasSeen, isAcknowledged, wasSeen }
  }
}

const refused = (status: number): Judgement => ({ kind: 'refused', status })
