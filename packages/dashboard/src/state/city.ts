import { batch, computed, signal } from '@preact/signals'
import { fetchAnchors, fetchBlocks, fetchLatestReadings, fetchStatus, fetchStreams } from '../api/client.ts'
import type { AnchorView, BlockView, ReadingView, Status, StreamView } from '../api/types.ts'

const READINGS_KEPT = 60
const BLOCKS_KEPT = 32
const ANCHORS_KEPT = 12
const GROWTH_POINTS_KEPT = 240
const STATUS_EVERY_MS = 5_000

export type Connection = 'connecting' | 'live' | 'lost'

export interface GrowthPoint {
  /** Seconds since 1970. */
  readonly time: number
  readonly size: number
}

export const connection = signal<Connection>('connecting')
export const status = signal<Status | null>(null)
export const streams = signal<ReadonlyMap<string, StreamView>>(new Map())
export const readings = signal<readonly ReadingView[]>([])
export const blocks = signal<readonly BlockView[]>([])
export const anchors = signal<readonly AnchorView[]>([])
export const growth = signal<readonly GrowthPoint[]>([])
/** Stream ids with the moment of their newest reading, for the pulse on the map. */
export const lastSeen = signal<ReadonlyMap<string, number>>(new Map())
/** The reading whose evidence is open. */
export const opened = signal<ReadingView | null>(null)

export const logSize = computed(() => growth.value.at(-1)?.size ?? status.value?.log.size ?? 0)

const addGrowth = (size: number, time: number): void => {
  const last = growth.value.at(-1)
  if (last !== undefined && size <= last.size) return
  growth.value = [...growth.value, { time: time / 1000, size }].slice(-GROWTH_POINTS_KEPT)
}

const byNumber = (a: BlockView, b: BlockView): number => a.number - b.number

/** Readings come in bursts; the page takes them up once per frame. */
let waiting: ReadingView[] = []

const takeUp = (): void => {
  const fresh = waiting
  waiting = []
  const seen = new Map(lastSeen.value)
  const byId = new Map(streams.value)
  let unknown = false
  for (const reading of fresh) {
    seen.set(reading.stream, performance.now())
    const stream = byId.get(reading.stream)
    if (stream === undefined) unknown = true
    else byId.set(reading.stream, { ...stream, latest: reading })
  }
  batch(() => {
    readings.value = [...fresh.reverse(), ...readings.value].slice(0, READINGS_KEPT)
    lastSeen.value = seen
    streams.value = byId
  })
  if (unknown) void loadStreams()
}

const takeReading = (reading: ReadingView): void => {
  if (waiting.length === 0) requestAnimationFrame(takeUp)
  waiting.push(reading)
  if (waiting.length > READINGS_KEPT * 4) waiting = waiting.slice(-READINGS_KEPT)
}

const loadStreams = async (): Promise<void> => {
  streams.value = new Map((await fetchStreams()).map((stream) => [stream.id, stream]))
}

const loadStatus = async (): Promise<void> => {
  const answer = await fetchStatus()
  batch(() => {
    status.value = answer
    addGrowth(answer.log.size, Date.parse(answer.asOf))
  })
}

/** Fills the page, then follows the server's events; every reconnection fills it again. */
export const follow = (): void => {
  const load = async (): Promise<void> => {
    const [latest, newest, anchored] = await Promise.all([
      fetchLatestReadings(READINGS_KEPT),
      fetchBlocks(BLOCKS_KEPT),
      fetchAnchors(ANCHORS_KEPT),
      loadStatus(),
      loadStreams(),
    ])
    batch(() => {
      readings.value = latest
      blocks.value = [...newest].sort(byNumber)
      anchors.value = anchored
    })
  }
  const events = new EventSource('/v1/events')
  events.onopen = () => {
    connection.value = 'live'
    load().catch(() => {
      connection.value = 'lost'
    })
  }
  events.onerror = () => {
    connection.value = 'lost'
  }
  const on = <T>(name: string, take: (value: T) => void): void =>
    events.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T))
  on<ReadingView>('reading', takeReading)
  on<{ size: number; time: string }>('checkpoint', ({ size, time }) => addGrowth(size, Date.parse(time)))
  on<BlockView>('block', (block) => {
    const older = blocks.value.filter(({ number }) => number < block.number)
    blocks.value = [...older, block].slice(-BLOCKS_KEPT)
  })
  on<AnchorView>('anchor', (anchor) => {
    anchors.value = [anchor, ...anchors.value.filter(({ size }) => size !== anchor.size)].slice(0, ANCHORS_KEPT)
  })
  setInterval(() => void loadStatus().catch(() => undefined), STATUS_EVERY_MS)
}
