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

interface Drawing {
  readonly places: readonly Place[]
  /** Drawing units per kilometre. */
  readonly unitsPerKm: number
}

const KM_PER_DEGREE = 111.32

/** Lengths that a scale bar may show. */
const SCALE_KM = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]

/** Flat projection of the streams that have a place, filling the drawing. */
const drawingOf = (all: readonly StreamView[]): Drawing => {
  const placed = all.flatMap((stream) => {
    const latitude = coordinate(stream, 'latitude')
    const longitude = coordinate(stream, 'longitude')
    return latitude === undefined || longitude === undefined ? [] : [{ stream, latitude, longitude }]
  })
  if (placed.length === 0) return { places: [], unitsPerKm: 0 }
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
  const places = placed.map(({ stream, latitude, longitude }) => ({
    stream,
    x: offsetX + (longitude - west) * narrowing * scale,
    y: HEIGHT - offsetY - (latitude - south) * scale,
  }))
  return { places, unitsPerKm: scale / KM_PER_DEGREE }
}

/** A grid as wide as the length that the bar names. */
const Scale = ({ unitsPerKm }: { readonly unitsPerKm: number }) => {
  const km = SCALE_KM.find((length) => length * unitsPerKm >= WIDTH / 9)
  if (km === undefined) return null
  const step = km * unitsPerKm
  const lines = (size: number): number[] => Array.from({ length: Math.floor(size / step) }, (_, i) => (i + 1) * step)
  return (
    <g class="scale">
      {lines(WIDTH).map((x) => (
        <line key={`x${x}`} x1={x} y1={0} x2={x} y2={HEIGHT} />
      ))}
      {lines(HEIGHT).map((y) => (
        <line key={`y${y}`} x1={0} y1={y} x2={WIDTH} y2={y} />
      ))}
      <path d={`M${WIDTH - 12 - step} ${HEIGHT - 16}v6h${step}v-6`} />
      <text x={WIDTH - 12 - step / 2} y={HEIGHT - 20}>
        {km < 1 ? `${km * 1000} m` : `${km} km`}
      </text>
    </g>
  )
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
  const { places, unitsPerKm } = drawingOf(all)
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
            <Scale unitsPerKm={unitsPerKm} />
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
