// Preloaded into a measured process: at its end it writes what it needed to the file named by MEMORY_TO. Plain JavaScript, so that
// it loads no type stripper into the process that it measures.
import { readFileSync, writeFileSync } from 'node:fs'
import { constants, PerformanceObserver } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** How often memory is looked at where the system does not keep its peak. */
const LOOK_EVERY_MS = 20

if (isMainThread) {
  let peakRssBytes = 0
  const look = () => {
    peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss())
  }
  if (process.platform !== 'linux') setInterval(look, LOOK_EVERY_MS).unref()

  // What is there right after a full collection is alive, but for what little was made since.
  let peakLiveHeapBytes = 0
  new PerformanceObserver((list) => {
    if (list.getEntries().some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR))
      peakLiveHeapBytes = Math.max(peakLiveHeapBytes, process.memoryUsage().heapUsed)
  }).observe({ entryTypes: ['gc'] })

  process.on('exit', () => {
    look()
    const peak = { peakRssBytes: highWaterMark() ?? peakRssBytes, peakLiveHeapBytes }
    writeFileSync(process.env.MEMORY_TO, JSON.stringify(peak))
  })
}

/** The system's own peak; `process.resourceUsage` would count the parent's memory too, which a child begins with. */
function highWaterMark() {
  if (process.platform !== 'linux') return undefined
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}
