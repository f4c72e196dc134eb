import type { StreamView } from '../api/types.ts'
import { formatUnit } from '../format.ts'
import { lastSeen, opened, streams } from '../state/city.ts'

const WIDTH = 720
const HEIGHT = 440
const MARGIN = 34
/** How long a dot glows after a reading. */
const GLOW_MS = 1_600

interface Place {
  readonly stream: StreamView
  readonly x: number
  readonly y: number
}

const coordinate = (stream: StreamView, key: string): number | undefined => {
  const value = stream.properties[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Flat projection of the streams that have a place, filling the drawing. */
const placesOf = (all: readonly StreamView[]): readonly Place[] => {
  const placed = all.flatMap((stream) => {
    const latitude = coordinate(stream, 'latitude')
    const longitude = coordinate(stream, 'longitude')
    return latitude === undefined || longitude === undefined ? [] : [{ stream, latitude, longitude }]
  })
  if (placed.length === 0) return []
  const latitudes = placed.map(({ latitude }) => latitude)
  const longitudes = placed.map(({ longitude }) => longitude)
  const south = Math.min(...latitudes)
  const west = Math.min(...longitudes)
  const narrowing = Math.cos((south * Math.PI) / 180)
  const spanX = Math.max((Math.max(...longitudes) - west) * narrowing, 1e-6)
  const spanY = Math.max(Math.max(...latitudes) - south, 1e-6)
  const scale = Math.min((WIDTH - 2 * MARGIN) / spanX, (HEIGHT - 2 * MARGIN) / spanY)
  const offsetX = (WIDTH - spanX * scale) / 2
  const offsetY = (HEIGHT - spanY * scale) / 2
  return placed.map(({ stream, latitude, longitude }) => ({
    stream,
    x: offsetX + (longitude - west) * narrowing * scale,
    y: HEIGHT - offsetY - (latitude - south) * scale,
  }))
}

const kindOf = (stream: StreamView): string => {
  const kind = stream.properties.asset
  return typeof kind === 'string' ? kind : 'other'
}

const titleOf = ({ id, label, latest, unit }: StreamView): string =>
  `${label ?? id}${latest === null ? '' : `: ${latest.value ?? 'committed'} ${formatUnit(unit)}`}`

const open = (stream: StreamView): void => {
  if (stream.latest !== null) opened.value = stream.latest
}

const Dot = ({ stream, x, y }: Place) => {
  const seen = lastSeen.value.get(stream.id)
  const glows = seen !== undefined && performance.now() - seen < GLOW_MS
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group cannot be a button element
    <g
      class={`dot ${kindOf(stream)}`}
      role="button"
      tabIndex={0}
      aria-label={titleOf(stream)}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
      onClick={() => open(stream)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') open(stream)
      }}
    >
      <title>{titleOf(stream)}</title>
      {glows && <circle key={seen} class="glow" r="5" />}
      <circle class="core" r="5" />
    </g>
  )
}

const kinds: readonly (readonly [string, string])[] = [
  ['loop', 'traffic'],
  ['meter', 'energy'],
  ['lamp', 'street light'],
  ['bin', 'waste'],
  ['other', 'other'],
]

/** Where the city speaks: one dot per stream that has a place, glowing when it reports. */
export const CityMap = () => {
  const all = [...streams.value.values()]
  const places = placesOf(all)
  const present = new Set(places.map(({ stream }) => kindOf(stream)))
  return (
    <section class="card map">
      <h2>City</h2>
      {places.length === 0 ? (
        <p class="empty">
          {all.length === 0 ? 'No stream yet. Enrol a device or import a file.' : 'No stream has a place on the map.'}
        </p>
      ) : (
        <>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-label="Map of streams">
            {places.map((place) => (
              <Dot key={place.stream.id} {...place} />
            ))}
          </svg>
          <ul class="legend">
            {kinds
              .filter(([kind]) => present.has(kind))
              .map(([kind, name]) => (
                <li key={kind} class={`dot ${kind}`}>
                  {name}
                </li>
              ))}
          </ul>
        </>
      )}
    </section>
  )
}
