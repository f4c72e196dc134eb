import { fromHex } from '@minipolis/minima'
import { ReplayError } from '../../replay/index.ts'
import { anyFrame, type Frame, FrameSplitter } from '../../wire/index.ts'

/** A recorded message, as far as the replay looks at it. */
export interface RecordedMessage {
  readonly dir: Direction
  readonly t: number
  readonly offset: number
  readonly length: number
  readonly type: number
}

export type Direction = 'c2s' | 's2c'

export interface RecordedConnection {
  readonly id: number
  readonly c2s: string
  readonly s2c: string
  readonly c2s_start: number
  readonly s2c_start: number
  readonly messages: readonly RecordedMessage[]
}

/** A recording of connections. Source: shared vectors, README-network */
export interface NetworkRecording {
  readonly title: string
  readonly connections: readonly RecordedConnection[]
}

/** Byte strings and what the reference did with them. */
export interface EdgeRecording {
  readonly node_state: { readonly tip_at_start: string }
  readonly cases: readonly EdgeCase[]
}

export interface EdgeCase {
  readonly id: string
  readonly send: string
  readonly send_length: number
  readonly answers: readonly { readonly name: string }[]
  readonly closed: boolean
}

/** A frame with the time at which it was complete. */
export interface TimedFrame {
  readonly dir: Direction
  readonly t: number
  readonly frame: Frame
}

export const isNetworkRecording = (content: object): content is NetworkRecording =>
  'connections' in content && Array.isArray(content.connections)

export const isEdgeRecording = (content: object): content is EdgeRecording =>
  'cases' in content && Array.isArray(content.cases) && 'node_state' in content

/** Insists that a recorded connection has both streams and its messages. @throws ReplayError `shape` */
export function assertConnection(connection: Partial<RecordedConnection>): asserts connection is RecordedConnection {
  const { id, c2s, s2c, c2s_start, s2c_start, messages } = connection
  const isWhole =
    typeof c2s === 'string' &&
    typeof s2c === 'string' &&
    typeof c2s_start === 'number' &&
    typeof s2c_start === 'number' &&
    Array.isArray(messages)
  if (!isWhole) {
    throw new ReplayError('shape', `connection ${id} has not both streams, where they start, and its messages`, { id })
  }
}

/** @throws ReplayError `shape` */
export function assertEdgeCase(edge: Partial<EdgeCase>): asserts edge is EdgeCase {
  const { id, send, answers } = edge
  if (typeof id === 'string' && typeof send === 'string' && Array.isArray(answers)) return
  throw new ReplayError('shape', `the byte string ${id} has no id, no bytes to send, or no answers`, { id })
}

/** The frames of one direction, cut from chunks of these sizes. @throws ReplayError `mismatch` when bytes are left over */
export function framesOf(connection: RecordedConnection, dir: Direction, chunkSize: () => number): Frame[] {
  const bytes = fromHex(connection[dir])
  const splitter = new FrameSplitter(anyFrame)
  const frames: Frame[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1, chunkSize())
    splitter.push(bytes.subarray(at, at + size))
    at += size
    for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
      if (frame !== 'empty') frames.push(frame)
    }
  }
  if (splitter.isInFrame) {
    throw new ReplayError('mismatch', `${dir} of connection ${connection.id} ends inside a frame`, { dir })
  }
  return frames
}

/** The frames of both directions in the order of their times; of two at the same time, the one that is recorded first. */
export function timedFrames(connection: RecordedConnection): TimedFrame[] {
  const directions: readonly Direction[] = ['c2s', 's2c']
  const frames = directions.flatMap((dir) => {
    const places = [...connection.messages.keys()].filter((place) => connection.messages[place]!.dir === dir)
    return framesOf(connection, dir, () => 65_536).map((frame, i) => {
      const place = places[i] ?? 0
      return { dir, t: connection.messages[place]?.t ?? 0, place, frame }
    })
  })
  return frames.sort((a, b) => a.t - b.t || a.place - b.place)
}
