const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
})

/** 417,312 */
export const formatCount = (value: number): string => whole.format(value)

/** 13:05:59 UTC */
export const formatClock = (time: string): string => `${clock.format(new Date(time))} UTC`

/** The first digits of an id, enough to tell it from its neighbours. */
export const shortId = (id: string): string => (id.length <= 14 ? id : `${id.slice(0, 12)}…`)

const signs: Readonly<Record<string, string>> = { '[mi_i]/h': 'mph', Cel: '°C', '%': '%', '{vehicle}/h': 'veh/h' }

/** UCUM code as people write it. */
export const formatUnit = (ucum: string): string => signs[ucum] ?? ucum.replace(/[{}[\]]/g, '')
