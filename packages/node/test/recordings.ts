import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fromHex } from '@minipolis/minima'

/** One recorded message: where it stands in its stream and what the recorder said of it. */
export interface RecordedMessage {
  readonly dir: 'c2s' | 's2c'
  readonly offset: number
  readonly length: number
  readonly type: number
  readonly name: string
  readonly decoded: Readonly<Record<string, unknown>>
}

export interface RecordedConnection {
  readonly id: number
  readonly c2s: string
  readonly s2c: string
  readonly c2s_start: number
  readonly s2c_start: number
  readonly messages: readonly RecordedMessage[]
}

export interface NetworkRecording {
  readonly title: string
  readonly connections: readonly RecordedConnection[]
}

export interface EdgeCase {
  readonly id: string
  readonly send: string
  readonly send_length: number
  readonly answers: readonly { readonly name: string; readonly length: number }[]
  readonly closed: boolean
}

export interface EdgeRecording {
  readonly node_state: { readonly tip_at_start: string }
  readonly cases: readonly EdgeCase[]
}

const fixtures = join(import.meta.dirname, 'fixtures')
const shared = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'vectors')

/** Every recording at hand: those kept here, and the full set where it stands beside the repository. */
export function networkRecordings(): readonly { readonly name: string; readonly recording: NetworkRecording }[] {
  if (!existsSync(shared)) console.log('the full recordings are not beside the repository: only the excerpts run')
  const folders = existsSync(shared) ? [fixtures, shared] : [fixtures]
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^network-.*\.json(\.gz)?$/.test(name) && !name.startsWith('network-edge'))
      .map((name) => ({ name, recording: JSON.parse(textOf(join(folder, name))) as NetworkRecording })),
  )
}

const textOf = (path: string): string => {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

export function edgeRecording(): EdgeRecording {
  const name = 'network-edge.json'
  const folder = existsSync(join(shared, name)) ? shared : fixtures
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as EdgeRecording
}

export const fixture = <T>(name: string): T => JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as T

/** The bytes of one direction. */
export const streamOf = (connection: RecordedConnection, direction: 'c2s' | 's2c'): Uint8Array =>
  fromHex(connection[direction])
