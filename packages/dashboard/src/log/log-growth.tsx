import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatClock, formatCount, shortId } from '../format.ts'
import { anchors, growth, logSize, status } from '../state/city.ts'

const HEIGHT = 150

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const chartOptions = (width: number): uPlot.Options => ({
  width,
  height: HEIGHT,
  cursor: { show: false },
  legend: { show: false },
  scales: { x: { time: true } },
  axes: [
    {
      stroke: colour('--muted'),
      grid: { show: false },
      ticks: { show: false },
      space: 90,
      size: 30,
      values: (_chart, seconds) =>
        seconds.map((second) => formatClock(new Date(second * 1000).toISOString()).slice(0, 8)),
    },
    {
      stroke: colour('--muted'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      size: 64,
      values: (_chart, values) => values.map(formatCount),
    },
  ],
  series: [{}, { stroke: colour('--accent'), width: 2, fill: colour('--accent-soft'), points: { show: false } }],
})

/** Size of the log over the time this page is open, and what of it is anchored. */
export const LogGrowth = () => {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    chart.current = new uPlot(chartOptions(element.clientWidth), [[], []], element)
    const observer = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height: HEIGHT }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.current?.destroy()
    }
  }, [])
  useEffect(() => {
    chart.current?.setData([growth.value.map(({ time }) => time), growth.value.map(({ size }) => size)])
  }, [growth.value])
  const newest = anchors.value.find(({ block }) => block !== null)
  return (
    <section class="card log">
      <h2>Log</h2>
      <p class="line">
        <strong>{formatCount(logSize.value)}</strong> entries
        {status.value !== null && <code title={status.value.log.root}>{shortId(status.value.log.root)}</code>}
      </p>
      <div ref={box} class="chart" />
      <p class="line muted">
        {newest === undefined
          ? 'Not anchored yet.'
          : `Anchored up to entry ${formatCount(newest.size)} in block ${newest.block}.`}
      </p>
    </section>
  )
}
