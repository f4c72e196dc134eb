const KILO = 1024
const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB']

/** A size as the reference prints it: `614 bytes`, `20.0 KB`. */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= KILO && unit < UNITS.length - 1) {
    value /= KILO
    unit++
  }
  return unit === 0 ? `${Math.round(bytes)} bytes` : `${value.toFixed(1)} ${UNITS[unit]}`
}
