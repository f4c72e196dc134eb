import { toHex } from '@minipolis/minima'
import { expectSame } from '../../replay/mismatch.ts'
import { decodeMessage, encodePayload } from '../../wire/index.ts'
import { expectSafe, runEdgeCase } from './edge-cases.ts'
import {
  assertConnection,
  assertEdgeCase,
  type Direction,
  type EdgeRecording,
  framesOf,
  isEdgeRecording,
  isNetworkRecording,
  type NetworkRecording,
  type RecordedConnection,
} from './network-recording.ts'
import { isPlayable, playBlind, playSession, type Side } from './play-session.ts'
import { type RecordedUnits, unitsOf } from './recorded-units.ts'

/** One recorded thing to check. It throws where our code differs from the recording. */
export interface NetworkCase {
  readonly name: string
  check(): void | Promise<void>
}

const DIRECTIONS: readonly Direction[] = ['c2s', 's2c']
const SIDES: readonly Side[] = ['client', 'server']

/** The cases of a recording of connections, or of byte strings; undefined when the content is neither. */
export function networkCases(content: object): Iterable<NetworkCase> | undefined {
  if (isNetworkRecording(content)) return sessionCases(content)
  if (isEdgeRecording(content)) return edgeCases(content)
  return undefined
}

/** @throws ReplayError `shape` when a connection is next that lacks what makes one */
function* sessionCases(recording: NetworkRecording): Generator<NetworkCase> {
  let units: RecordedUnits | undefined
  for (const connection of recording.connections) {
    assertConnection(connection)
    yield* connectionCases(connection, () => (units ??= unitsOf(recording)))
  }
}

function* edgeCases({ cases, node_state }: EdgeRecording): Generator<NetworkCase> {
  for (const edge of cases) {
    assertEdgeCase(edge)
    yield { name: edge.id, check: async () => expectSafe(edge, await runEdgeCase(edge, node_state.tip_at_start)) }
  }
}

function connectionCases(connection: RecordedConnection, units: () => RecordedUnits): NetworkCase[] {
  const name = `connection ${connection.id}`
  const streams = DIRECTIONS.map((dir) => ({
    name: `${name} ${dir}, ${connection.messages.filter((message) => message.dir === dir).length} frames`,
    check: () => checkStream(connection, dir),
  }))
  const sessions = SIDES.map((side) =>
    isPlayable(connection, side)
      ? { name: `${name} played as its ${side}`, check: () => playSession(connection, side, units()) }
      : { name: `${name} played as its ${side} without a chain`, check: () => playBlind(connection, side) },
  )
  return [...streams, ...sessions]
}

/** Every frame is where the recording says, is read to its last byte and written again as it was. */
function checkStream(connection: RecordedConnection, dir: Direction): void {
  const messages = connection.messages.filter((message) => message.dir === dir)
  // Chunk sizes without a pattern that frames could share.
  let step = 1
  const frames = framesOf(connection, dir, () => {
    step = (step * 7919 + 13) % 8191
    return step
  })
  expectSame(
    `the frames of ${dir}`,
    frames.map(({ type, payload }) => [type, payload.length + 1]),
    messages.map(({ type, length }) => [type, length]),
  )
  for (const [i, frame] of frames.entries()) {
    expectSame(`frame ${i} of ${dir}`, toHex(encodePayload(decodeMessage(frame))), toHex(frame.payload))
  }
}
