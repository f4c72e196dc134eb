// Preloaded into a measured process: at its end it writes what it needed to the file named by MEMORY_TO. Plain JavaScript, so that
// it loads no type stripper into the process that it measures.
import { readFileSync, writeFileSync } from 'node:fs'
import { GCProfiler } from 'node:v8'
import { isMainThread } from 'node:worker_threads'

/** How often memory is looked at where the system does not keep its peak. */
const LOOK_EVERY_MS = 20

if (isMainThread) {
  const collections = new GCProfiler()
  collections.start()
  let largestRss = 0
  const look = () => {
    largestRss = Math.max(largestRss, process.memoryUsage.rss())
  }
  if (process.platform !== 'linux') setInterval(look, LOOK_EVERY_MS).unref()

  process.on('exit', () => {
    look()
    // What is left after a full collection is alive.
    const alive = collections
      .stop()
      .statistics.filter(({ gcType }) => gcType === 'MarkSweepCompact')
      .map(({ afterGC }) => afterGC.heapStatistics.usedHeapSize)
    writeFileSync(
      process.env.MEMORY_TO,
      JSON.stringify({ peakRssBytes: highWaterMark() ?? largestRss, peakLiveHeapBytes: Math.max(0, ...alive) }),
    )
  })
}

/** The system's own peak; `process.resourceUsage` would count the parent's memory too, which a child begins with. */
function highWaterMark() {
  if (process.platform !== 'linux') return undefined
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}
