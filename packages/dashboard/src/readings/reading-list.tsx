import { formatClock, formatUnit } from '../format.ts'
import { opened, readings, streams } from '../state/city.ts'

const ROWS = 14

/** The newest readings; opening one shows its evidence. */
export const ReadingList = () => (
  <section class="card readings">
    <h2>Readings</h2>
    {readings.value.length === 0 ? (
      <p class="empty">Nothing received yet.</p>
    ) : (
      <ul>
        {readings.value.slice(0, ROWS).map((reading) => {
          const stream = streams.value.get(reading.stream)
          return (
            <li key={reading.id}>
              <button
                type="button"
                onClick={() => {
                  opened.value = reading
                }}
              >
                <span class="name" title={stream?.label ?? reading.stream}>
                  {reading.stream}
                </span>
                <span class="value">
                  {reading.value ?? 'committed'} <small>{stream === undefined ? '' : formatUnit(stream.unit)}</small>
                </span>
                <time dateTime={reading.time}>{formatClock(reading.time)}</time>
              </button>
            </li>
          )
        })}
      </ul>
    )}
  </section>
)
