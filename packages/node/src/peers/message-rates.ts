import type { MessageName } from '../wire/index.ts'
import { TokenBucket } from './token-bucket.ts'

/** What happens to a message over the limit: it waits with all behind it, it is skipped, or the connection ends. */
export type OverLimit = 'wait' | 'ignore' | 'close'

interface Rate {
  readonly burst: number
  readonly perSecond: number
  readonly over: OverLimit
}

const perMinute = (count: number): number => count / 60

/**
 * What one connection may send. The reference never reaches these numbers towards an honest peer. TxPoWs that were not asked
 * for have a limit of their own, counted when their id is known. Source: spec 06 section 13.4
 */
const rates: Readonly<Record<MessageName, Rate>> = {
  greeting: { burst: 2, perSecond: 0, over: 'close' },
  ibd: { burst: 4, perSecond: perMinute(1), over: 'close' },
  txpowId: { burst: 5000, perSecond: 200, over: 'ignore' },
  txpowRequest: { burst: 1000, perSecond: 200, over: 'wait' },
  txpow: { burst: 2000, perSecond: 200, over: 'wait' },
  text: { burst: 1, perSecond: perMinute(1), over: 'ignore' },
  pulse: { burst: 2, perSecond: perMinute(2), over: 'ignore' },
  p2p: { burst: 20, perSecond: 5, over: 'ignore' },
  ping: { burst: 40, perSecond: 20, over: 'ignore' },
  maximaCtrl: { burst: 4, perSecond: 1, over: 'ignore' },
  maximaTxPoW: { burst: 20, perSecond: 20, over: 'wait' },
  singlePing: { burst: 6, perSecond: perMinute(6), over: 'ignore' },
  singlePong: { burst: 2, perSecond: perMinute(6), over: 'ignore' },
  ibdRequest: { burst: 2, perSecond: 1, over: 'wait' },
  ibdResponse: { burst: 2, perSecond: 1, over: 'wait' },
  archiveRequest: { burst: 4, perSecond: 2, over: 'ignore' },
  archiveData: { burst: 2, perSecond: perMinute(6), over: 'ignore' },
  archiveSingleRequest: { burst: 2, perSecond: 1, over: 'ignore' },
  txblockId: { burst: 5000, perSecond: 200, over: 'ignore' },
  txblockRequest: { burst: 1000, perSecond: 200, over: 'wait' },
  txblock: { burst: 2, perSecond: 1, over: 'ignore' },
  txblockMine: { burst: 5, perSecond: 1, over: 'ignore' },
  megaMMRSyncRequest: { burst: 1, perSecond: perMinute(1), over: 'ignore' },
  megaMMRSyncResponse: { burst: 1, perSecond: perMinute(1), over: 'ignore' },
}

/** Frames without a type, of an unknown type, or that cannot be read: harmless, and honest peers hardly send any. */
const NOISE: Rate = { burst: 50, perSecond: perMinute(30), over: 'close' }

export type Admission = { readonly over: OverLimit; readonly waitMs: number } | undefined

/** Counts what one connection sends. */
export class MessageRates {
  readonly #buckets = new Map<MessageName | 'noise', TokenBucket>()

  /** Undefined when the message may be handled, and then it counts. */
  admit(name: MessageName | 'noise', nowMs: number): Admission {
    const rate = name === 'noise' ? NOISE : rates[name]
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      bucket = new TokenBucket(rate, nowMs)
      this.#buckets.set(name, bucket)
    }
    if (bucket.tryTake(nowMs)) return undefined
    return { over: rate.over, waitMs: bucket.waitMs(nowMs) }
  }
}
