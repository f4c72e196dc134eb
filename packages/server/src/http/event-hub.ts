import type { AcceptedPack, City } from '@minipolis/city'
import { exactDecimal, formatInstant, formatReadingId, type Reading } from '@minipolis/city'
import { type AnchorView, anchorView, blockView } from './ledger-views.ts'
import { readingView } from './views.ts'

/** One server-sent event. */
export interface CityEvent {
  readonly name: 'reading' | 'skipped' | 'checkpoint' | 'block' | 'anchor'
  readonly data: unknown
}

export type CityEventListener = (events: readonly CityEvent[]) => void

/** Readings told about in one go; of more only the newest are shown, and how many were skipped. */
export const EVENT_READINGS_MAX = 50

/** Pause between two tellings of readings: nobody reads faster, and an import must not be slowed down by onlookers. */
const READINGS_EVERY_MS = 100

/** Anchors looked at for a change. */
const ANCHORS_WATCHED = 8

/** Tells of what happens in the city, for as long as somebody listens. */
export class EventHub {
  readonly #city: City
  readonly #onError: (error: unknown) => void
  readonly #listeners = new Set<CityEventListener>()
  #ends: (() => void)[] = []
  #packs: AcceptedPack[] = []
  #readings = 0
  #skipped = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #anchors: Map<number, string> | undefined
  #looking = Promise.resolve()

  constructor(city: City, onError: (error: unknown) => void) {
    this.#city = city
    this.#onError = onError
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Calls back with what happens from now on. Returns the way to stop. */
  listen(listener: CityEventListener): () => void {
    if (this.#listeners.size === 0) this.#begin()
    this.#listeners.add(listener)
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#end()
    }
  }

  #begin(): void {
    const { intake, ledger } = this.#city
    this.#ends = [
      intake.onAccepted((packs) => this.#takeReadings(packs)),
      this.#city.onCheckpoint(({ size, timeMs }) => {
        this.#tell([{ name: 'checkpoint', data: { size, time: formatInstant(timeMs) } }])
        this.#lookAtAnchors()
      }),
      ledger.watch((event) => {
        this.#tell([{ name: 'block', data: blockView(event.kind === 'block' ? event.block : event.to) }])
        this.#lookAtAnchors()
      }),
    ]
    this.#lookAtAnchors()
  }

  #end(): void {
    for (const end of this.#ends.splice(0)) end()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#packs = []
    this.#readings = this.#skipped = 0
    this.#anchors = undefined
  }

  #tell(events: readonly CityEvent[]): void {
    for (const listener of this.#listeners) listener(events)
  }

  #takeReadings(packs: readonly AcceptedPack[]): void {
    for (const pack of packs) {
      this.#packs.push(pack)
      this.#readings += pack.pack.readings.length
    }
    for (let first = this.#packs[0]; first; first = this.#packs[0]) {
      const count = first.pack.readings.length
      if (this.#readings - count < EVENT_READINGS_MAX) break
      this.#packs.shift()
      this.#readings -= count
      this.#skipped += count
    }
    this.#timer ??= setTimeout(() => this.#tellReadings(), READINGS_EVERY_MS)
  }

  #tellReadings(): void {
    this.#timer = undefined
    const readings = this.#packs.flatMap(viewsOf)
    const shown = readings.slice(-EVENT_READINGS_MAX)
    const skipped = this.#skipped + this.#readings - shown.length
    this.#packs = []
    this.#readings = this.#skipped = 0
    const events: CityEvent[] = shown.map((data) => ({ name: 'reading', data }))
    if (skipped > 0) events.unshift({ name: 'skipped', data: { readings: skipped } })
    this.#tell(events)
  }

  #lookAtAnchors(): void {
    this.#looking = this.#looking.then(() => this.#tellAnchors()).catch(this.#onError)
  }

  async #tellAnchors(): Promise<void> {
    const newest = await this.#city.anchors.list(ANCHORS_WATCHED)
    const known = this.#anchors
    const changed: AnchorView[] = []
    for (const anchor of newest)
      if (known && known.get(anchor.serial) !== anchor.state) changed.push(anchorView(anchor))
    this.#anchors = new Map(newest.map(({ serial, state }) => [serial, state]))
    if (changed.length > 0) this.#tell(changed.reverse().map((data) => ({ name: 'anchor', data })))
  }
}

/** The last readings of a pack, as far as they would be shown at all. */
function viewsOf({ pack, stream, logFirst }: AcceptedPack) {
  const from = Math.max(pack.readings.length - EVENT_READINGS_MAX, 0)
  return pack.readings.slice(from).map((reading, at) => {
    const sequence = pack.first + from + at
    const place = { id: formatReadingId({ stream: stream.id, sequence }), stream: stream.id, sequence }
    return readingView({ ...reading, ...place, logIndex: logFirst + from + at, number: numberOf(reading) }, stream.unit)
  })
}

const numberOf = ({ value, quality }: Reading): string | undefined =>
  value === null || quality === 'missing' ? undefined : exactDecimal(value)
