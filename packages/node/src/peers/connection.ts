import type { Socket } from 'node:net'
import {
  encodeFrame,
  type Frame,
  FrameSplitter,
  frameBytes,
  frameLimits,
  type Message,
  messageFrame,
  messageName,
  messageType,
  type SizeSettings,
  WireError,
} from '../wire/index.ts'
import type { PreparedUnit } from './chain-access.ts'
import type { MaximaLink } from './maxima-host.ts'
import { type Admission, MessageRates } from './message-rates.ts'
import { type PeerAddress, plainIp, siteOf } from './peer-address.ts'
import type { Session } from './session.ts'
import type { CloseReason, SessionAction } from './session-action.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Traffic } from './traffic.ts'
import { WriteQueue } from './write-queue.ts'

/** Bytes that may wait to be sent. Beyond it nothing more is read, so nothing more is answered, and no news are sent. */
export const WRITE_QUEUE_BYTES_MAX = 32 * 1024 * 1024
/** Milliseconds without progress after which what is to be sent counts as not read. */
const STALLED_MS = 60_000
/** Milliseconds for a message that was begun; longer ones go on as long as they come at `BYTES_PER_SECOND_MIN`. */
const FRAME_MS = 60_000
const BYTES_PER_SECOND_MIN = 4096
/** Milliseconds of work on end before others get a turn. */
const TURN_MS = 10
/** Milliseconds of this machine's time that a peer may use at once, and per second in the long run. */
const WORK_MS = { burst: 5_000, perSecond: 500 }

export interface ConnectionParts {
  readonly id: number
  readonly socket: Socket
  readonly ip: string
  /** What was dialled; undefined for an incoming connection. */
  readonly dialled: PeerAddress | undefined
  readonly session: Session
  readonly sizes: () => SizeSettings
  readonly now: () => number
  readonly act: (connection: Connection, actions: readonly SessionAction[]) => void
  readonly closed: (connection: Connection, reason: CloseReason) => void
  /** Runs what may meet a fault of this node's store, which is told and ends nothing. */
  readonly guarded: (work: () => void) => void
  /** Told when the memory held for input changed; may close connections. */
  readonly held: (connection: Connection, bytes: number) => void
  readonly traffic: Traffic
}

/**
 * A socket with a session on it: bytes become frames, frames are counted and handled in turns, and what is sent is bounded.
 * Reading stops while a peer has to wait, so that what it sends stays on its own side.
 */
export class Connection {
  readonly id: number
  readonly ip: string
  /** Whom it is counted as. */
  readonly site: string
  readonly dialled: PeerAddress | undefined
  readonly session: Session
  readonly openedMs: number
  /** The connection as messaging sees it. */
  readonly maximaLink: MaximaLink
  /** Address and port of this side and of the other, as `address port`. */
  readonly #ends: { readonly local: string; readonly remote: string }
  readonly #parts: ConnectionParts
  readonly #socket: Socket
  readonly #splitter: FrameSplitter
  readonly #out: WriteQueue
  readonly #rates = new MessageRates()
  readonly #work: TokenBucket
  #deferred: Frame | 'empty' | undefined
  /** What was found out in advance about the deferred frame, boxed: it may be nothing. */
  #prepared: { readonly unit: PreparedUnit | undefined } | undefined
  #isPreparing = false
  #timer: NodeJS.Timeout | undefined
  #closing: NodeJS.Timeout | undefined
  #turn = false
  #isClosed = false
  #heldBytes = 0
  #frameSinceMs: number | undefined
  #sent = { bytes: 0, atMs: 0 }

  constructor(parts: ConnectionParts) {
    const { socket, session, sizes, now } = parts
    this.id = parts.id
    this.ip = parts.ip
    this.site = siteOf(parts.ip)
    this.dialled = parts.dialled
    this.session = session
    this.openedMs = now()
    this.maximaLink = {
      id: String(parts.id),
      role: session.role,
      address: parts.dialled ?? { host: parts.ip, port: socket.remotePort ?? 0 },
      send: (name, payload) => this.send({ type: messageType(name), payload }, true),
    }
    this.#ends = {
      local: `${plainIp(socket.localAddress ?? '')} ${socket.localPort}`,
      remote: `${parts.ip} ${socket.remotePort}`,
    }
    this.#parts = parts
    this.#socket = socket
    this.#splitter = new FrameSplitter((type) => frameLimits(sizes(), (name) => session.isExpected(name))(type))
    this.#out = new WriteQueue(socket, () => this.#handleFrames())
    this.#work = new TokenBucket(WORK_MS, now())
    socket.setNoDelay(true)
    socket.setKeepAlive(true)
    socket.on('data', (chunk: Uint8Array) => this.#received(chunk))
    socket.on('error', () => this.close('ended'))
    socket.on('close', () => this.close('ended'))
  }

  /** Whether both are the two ends of one line: then this node has called itself. */
  isOtherEndOf(other: Connection): boolean {
    return this.#ends.local === other.#ends.remote && this.#ends.remote === other.#ends.local
  }

  /** Starts the session. */
  open(): void {
    this.#act(() => this.session.opened())
  }

  get bytesReceived(): number {
    return this.#socket.bytesRead
  }

  get bytesSent(): number {
    return this.#socket.bytesWritten
  }

  /** Memory for messages that are not complete or not handled. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Sends a frame. News, which a peer can do without, are not added to a full queue.
   * @returns false when it was not sent
   */
  send(frame: Frame, isNews = false): boolean {
    if (this.#isClosed || (isNews && this.#isWriteFull)) return false
    const bytes = encodeFrame(frame)
    this.#parts.traffic.countWritten(messageName(frame.type) ?? 'noise', bytes.length)
    this.#out.push(bytes)
    return true
  }

  /** Sends a message that the peer cannot do without. */
  tell(message: Message): void {
    this.send(messageFrame(message))
  }

  /** Time passes: ends what takes too long. */
  tick(nowMs: number): void {
    if (this.#isClosed) return
    if (this.#isFrameLate(nowMs) || this.#isStalled(nowMs)) {
      this.close('slow')
      return
    }
    this.#act(() => this.session.tick(nowMs))
  }

  close(reason: CloseReason, afterMs = 0): void {
    if (this.#isClosed) return
    if (afterMs > 0) {
      this.#closing ??= setTimeout(() => this.close(reason), afterMs)
      return
    }
    this.#isClosed = true
    clearTimeout(this.#closing)
    clearTimeout(this.#timer)
    this.#socket.destroy()
    this.#hold(0)
    this.#parts.closed(this, reason)
  }

  #act(next: () => readonly SessionAction[]): void {
    this.#parts.guarded(() => this.#parts.act(this, next()))
  }

  get #isWriteFull(): boolean {
    return this.#out.bytes > WRITE_QUEUE_BYTES_MAX
  }

  #received(chunk: Uint8Array): void {
    if (this.#isClosed) return
    this.#splitter.push(chunk)
    this.#hold(this.#splitter.heldBytes)
    this.#handleFrames()
  }

  #hold(bytes: number): void {
    const change = bytes - this.#heldBytes
    this.#heldBytes = bytes
    if (change !== 0) this.#parts.held(this, change)
  }

  #handleFrames(): void {
    if (this.#timer !== undefined || this.#turn || this.#isPreparing) return
    const startedMs = performance.now()
    for (;;) {
      if (this.#isClosed) return
      if (this.#isWriteFull) {
        this.#socket.pause()
        return
      }
      const frame = this.#next()
      if (frame === undefined) break
      const wait = this.#handle(frame)
      if (wait !== 0) {
        this.#defer(frame, wait)
        return
      }
      if (performance.now() - startedMs >= TURN_MS) {
        this.#yield()
        return
      }
    }
    this.#resume()
  }

  /** What was begun before had no time to come in while nothing was read. */
  #resume(): void {
    if (!this.#socket.isPaused()) return
    if (this.#frameSinceMs !== undefined) this.#frameSinceMs = this.#parts.now()
    this.#socket.resume()
  }

  /** Nothing more of this connection is handled until then, so that its order stays. */
  #defer(frame: Frame | 'empty', until: number | Promise<PreparedUnit | undefined>): void {
    this.#deferred = frame
    this.#socket.pause()
    if (typeof until === 'number') {
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        this.#handleFrames()
      }, until)
      return
    }
    this.#isPreparing = true
    void until.then((unit) => {
      this.#isPreparing = false
      this.#prepared = { unit }
      this.#handleFrames()
    })
  }

  /** Lets others have a turn; what comes in meanwhile waits in the socket. */
  #yield(): void {
    this.#turn = true
    this.#socket.pause()
    setImmediate(() => {
      this.#turn = false
      this.#handleFrames()
    })
  }

  #next(): Frame | 'empty' | undefined {
    const deferred = this.#deferred
    this.#deferred = undefined
    if (deferred !== undefined) return deferred
    try {
      const frame = this.#splitter.next()
      this.#hold(this.#splitter.heldBytes)
      this.#frameSinceMs =
        this.#splitter.isInFrame && frame === undefined ? (this.#frameSinceMs ?? this.#parts.now()) : undefined
      return frame
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#act(() => [
        { do: 'blame', fault: 'oversized-frame', detail: error.message },
        { do: 'close', reason: 'misconduct' },
      ])
      return undefined
    }
  }

  /** @returns what the frame has to wait for, or how many milliseconds; 0 when it was handled or skipped */
  #handle(frame: Frame | 'empty'): number | Promise<PreparedUnit | undefined> {
    const nowMs = this.#parts.now()
    const prepared = this.#prepared
    if (prepared !== undefined && frame !== 'empty') {
      this.#prepared = undefined
      this.#work.spend(prepared.unit?.costMs ?? 0, nowMs)
      this.#handOver(frame, nowMs, prepared.unit)
      return 0
    }
    const owedMs = this.#work.waitMs(nowMs)
    if (owedMs > 0) return owedMs
    const name = frame === 'empty' ? 'noise' : (messageName(frame.type) ?? 'noise')
    const over = this.#rates.admit(name, nowMs)
    if (over !== undefined) return this.#overLimit(name, over)
    if (frame === 'empty') return 0
    this.#parts.traffic.countRead(name, frameBytes(frame))
    const startedMs = performance.now()
    const preparing = this.session.prepare(frame, nowMs)
    this.#work.spend(performance.now() - startedMs, nowMs)
    if (preparing !== undefined) return preparing
    this.#handOver(frame, nowMs)
    return 0
  }

  #handOver(frame: Frame, nowMs: number, prepared?: PreparedUnit): void {
    const startedMs = performance.now()
    this.#act(() => this.session.frame(frame, nowMs, prepared))
    this.#work.spend(performance.now() - startedMs, nowMs)
  }

  #overLimit(name: string, { over, waitMs }: NonNullable<Admission>): number {
    if (over === 'wait') return waitMs
    if (over === 'close') {
      this.#act(() => [
        { do: 'blame', fault: 'flood', detail: `too many messages of type ${name}` },
        { do: 'close', reason: 'flood' },
      ])
    }
    return 0
  }

  #isFrameLate(nowMs: number): boolean {
    if (this.#frameSinceMs === undefined || this.#socket.isPaused()) return false
    const elapsedMs = nowMs - this.#frameSinceMs
    return elapsedMs > FRAME_MS && this.#splitter.frameBytes < (BYTES_PER_SECOND_MIN * elapsedMs) / 1000
  }

  #isStalled(nowMs: number): boolean {
    const bytes = this.#out.sentBytes
    if (this.#out.bytes === 0 || bytes !== this.#sent.bytes) {
      this.#sent = { bytes, atMs: nowMs }
      return false
    }
    return nowMs - this.#sent.atMs > STALLED_MS
  }
}
