import { lookup } from 'node:dns'
import { connect, type LookupFunction, type Socket } from 'node:net'
import { data, decode, MinipolisError } from '@minipolis/minima'
import { isInternal, type PeerAddress } from '../peers/peer-address.ts'
import { encodeFrame, FrameSplitter, messageName, messageType } from '../wire/index.ts'
import { MaximaError } from './maxima-error.ts'

/** Milliseconds to connect, as the reference waits. */
export const CONNECT_MS_MAX = 20_000
/** Milliseconds until the answer is there. */
export const ANSWER_MS_MAX = 20_000
/** Longest answer: one of a location service. */
const ANSWER_BYTES_MAX = 4096
/** Other messages that the server may send first are skipped, as long as they are short. */
const OTHER_BYTES_MAX = 128 * 1024
const SKIPPED_MAX = 16

export interface OneShotOptions {
  /** Also call addresses of the own machine and of private networks. */
  readonly allowInternal: boolean
  readonly signal?: AbortSignal
}

/**
 * Hands a message over on a connection of its own and waits for what became of it: no greeting, one frame each way.
 *
 * @param payload wire form of a MaxTxPoW
 * @returns data of the PING: a status or an answer. Source: spec 07 section 5
 * @throws MaximaError `not-reached`, `no-answer`; the signal's reason when it aborts
 */
export async function handOver(
  target: PeerAddress,
  payload: Uint8Array,
  { allowInternal, signal }: OneShotOptions,
): Promise<Uint8Array> {
  signal?.throwIfAborted()
  if (!allowInternal && isInternal(target.host)) throw notReached(target, 'internal addresses must not be called')
  const frame = encodeFrame({ type: messageType('maximaTxPoW'), payload })
  return new Promise((resolve, reject) => {
    const socket = connect({ ...target, ...(allowInternal ? {} : { lookup: outsideLookup }) })
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      socket.destroy()
      settle()
    }
    const aborted = (): void => end(() => reject(signal!.reason))
    let timer = setTimeout(() => end(() => reject(notReached(target, 'no connection in time'))), CONNECT_MS_MAX)
    signal?.addEventListener('abort', aborted, { once: true })
    let isConnected = false
    socket.once('connect', () => {
      isConnected = true
      clearTimeout(timer)
      timer = setTimeout(() => end(() => reject(noAnswer(target, 'no answer in time'))), ANSWER_MS_MAX)
      socket.write(frame)
    })
    socket.on('error', (error) =>
      end(() => reject(isConnected ? noAnswer(target, error.message) : notReached(target, error.message))),
    )
    socket.once('close', () => end(() => reject(noAnswer(target, 'the connection was closed'))))
    readAnswer(
      socket,
      (answer) => end(() => resolve(answer)),
      (fault) => end(() => reject(noAnswer(target, fault))),
    )
  })
}

function readAnswer(socket: Socket, answered: (answer: Uint8Array) => void, failed: (fault: string) => void): void {
  const splitter = new FrameSplitter((type) => (messageName(type) === 'ping' ? ANSWER_BYTES_MAX : OTHER_BYTES_MAX))
  let skipped = 0
  socket.on('data', (chunk: Uint8Array) => {
    try {
      splitter.push(chunk)
      for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
        if (frame !== 'empty' && messageName(frame.type) === 'ping')
          return answered(Uint8Array.from(decode(data, frame.payload)))
        if (++skipped > SKIPPED_MAX) return failed('it sends other messages than an answer')
      }
    } catch (error) {
      if (!(error instanceof MinipolisError)) throw error
      failed(error.message)
    }
  })
}

/** A name must not lead inside either. */
const outsideLookup: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: false, family: 4 }, (error, address, family) => {
    if (error === null && isInternal(address)) {
      const internal: NodeJS.ErrnoException = Object.assign(new RangeError(`${name} is an internal address`), {
        code: 'ENOTFOUND',
      })
      done(internal, address, family)
    } else if (options.all) done(error, [{ address, family }])
    else done(error, address, family)
  })
}

const where = ({ host, port }: PeerAddress): string => `${host}:${port}`

const notReached = (target: PeerAddress, why: string): MaximaError =>
  new MaximaError('not-reached', `${where(target)} was not reached: ${why}`, { ...target })

const noAnswer = (target: PeerAddress, why: string): MaximaError =>
  new MaximaError('no-answer', `${where(target)} did not say whether it took the message: ${why}`, { ...target })
