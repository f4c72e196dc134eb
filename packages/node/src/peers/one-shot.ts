import { connect } from 'node:net'
import { encodeMessage, type Frame, FrameSplitter, type Message, type MessageName, messageName } from '../wire/index.ts'
import { formatAddress, type PeerAddress } from './peer-address.ts'
import { PeersError } from './peers-error.ts'

/** Milliseconds for the connection and the answer. Source: spec 06 section 10 */
export const ONE_SHOT_MS = 10_000

export interface OneShotOptions {
  readonly question: Message
  /** The only answer that counts; others are skipped. */
  readonly answer: MessageName
  /** Largest answer, in bytes. */
  readonly bytesMax: number
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/**
 * Puts one question on a connection of its own, without a greeting, and gives the answer's frame.
 *
 * @throws PeersError `no-answer`
 */
export async function askOnce(address: PeerAddress, options: OneShotOptions): Promise<Frame> {
  const { question, answer, bytesMax, timeoutMs = ONE_SHOT_MS, signal } = options
  const socket = connect({ host: address.host, port: address.port })
  const splitter = new FrameSplitter(() => bytesMax)
  const settled = new AbortController()
  try {
    return await new Promise<Frame>((resolve, reject) => {
      const fail = (why: string, cause?: unknown): void =>
        reject(new PeersError('no-answer', `${formatAddress(address)} ${why}`, { address }, { cause }))
      const timer = setTimeout(() => fail(`did not answer within ${timeoutMs} ms`), timeoutMs)
      const stopping = (): void => fail('was asked by a node that stops')
      // A node puts many questions while it runs, all under the signal of its end.
      signal?.addEventListener('abort', stopping, { signal: settled.signal })
      if (signal?.aborted) stopping()
      socket.on('connect', () => socket.write(encodeMessage(question)))
      socket.on('error', (error) => fail('cannot be reached', error))
      socket.on('close', () => {
        clearTimeout(timer)
        fail('closed without an answer')
      })
      socket.on('data', (chunk: Uint8Array) => {
        splitter.push(chunk)
        try {
          for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
            if (frame !== 'empty' && messageName(frame.type) === answer) resolve(frame)
          }
        } catch (error) {
          fail('sent what is no answer', error)
        }
      })
    })
  } finally {
    settled.abort()
    socket.destroy()
  }
}
