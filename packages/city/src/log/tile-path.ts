import { LOG_SIZE_MAX, TILE_WIDTH } from './log-store.ts'

/** A static resource of the log: a hash tile, or the bundle of entries below a level-0 tile. */
export interface TileResource {
  readonly kind: 'tile' | 'entries'
  /** Level of the tile; 0 for entries. */
  readonly level: number
  readonly index: number
  /** 1 to 256; below 256 it is partial. */
  readonly width: number
}

/** Highest tile level of a log of `LOG_SIZE_MAX` leaves. */
export const TILE_LEVEL_MAX = 6

/**
 * Path of a tile or entry bundle, such as `tile/0/x001/x234/067.p/8` or `tile/entries/000`.
 *
 * Source: c2sp.org/tlog-tiles.
 */
export function formatTilePath({ kind, level, index, width }: TileResource): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const parts = padded.match(/\d{3}/g)!
  const path = parts.map((part, i) => (i < parts.length - 1 ? `x${part}` : part)).join('/')
  const place = kind === 'entries' ? 'entries' : level
  return `tile/${place}/${path}${width < TILE_WIDTH ? `.p/${width}` : ''}`
}

/** Reads a path strictly; `undefined` when it is not the one path of a tile that a log can have. */
export function parseTilePath(path: string): TileResource | undefined {
  if (path.length > 64) return undefined
  const match = /^tile\/(entries|\d)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path)
  if (!match) return undefined
  const [, place, digits, partial] = match
  const kind = place === 'entries' ? 'entries' : 'tile'
  const level = kind === 'entries' ? 0 : Number(place)
  const index = Number(digits!.replaceAll(/[x/]/g, ''))
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  if (level > TILE_LEVEL_MAX || index > LOG_SIZE_MAX / TILE_WIDTH) return undefined
  const resource: TileResource = { kind, level, index, width }
  return formatTilePath(resource) === path && width >= 1 && (partial === undefined || width < TILE_WIDTH)
    ? resource
    : undefined
}

/** Hashes that a tile has in a tree of `size` leaves: 0 when the tree has not reached it. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH
  return Math.max(0, Math.min(TILE_WIDTH, hashes))
}
