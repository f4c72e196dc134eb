/** Times between the years 1 and 9999, whose canonical text is 24 characters long and sorts like the time. */
export const INSTANT_MS_MIN = -62_135_596_800_000
export const INSTANT_MS_MAX = 253_402_300_799_999

/** A UTC instant as the project writes it: RFC 3339 with milliseconds and `Z`. */
export const formatInstant = (ms: number): string => new Date(ms).toISOString()

/** Milliseconds since 1970 of exactly that form; `undefined` for any other text, so that one instant has one text. */
export function parseInstant(text: string): number | undefined {
  if (text.length !== 24) return undefined
  const ms = Date.parse(text)
  return ms >= INSTANT_MS_MIN && ms <= INSTANT_MS_MAX && new Date(ms).toISOString() === text ? ms : undefined
}
