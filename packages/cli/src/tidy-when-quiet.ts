import { collectGarbage } from '@minipolis/node'

/** By then a new wallet has its first keys, and what a start needs once lies about. */
const SETTLED_MS = 12_000
const LOOK_MS = 60_000
/** Of a core, over the time between two looks: a collection stops everything for 50 to 150 ms, so work must not wait for it. */
const QUIET_SHARE = 0.05
/** Growth of resident memory that is worth a collection. */
const GROWTH_BYTES = 2_000_000

/**
 * Gives back the memory that only the start of a long run needed, some 4 MB, and later what busy times left behind: V8 collects
 * for those who ask for memory, and an idle process asks for none.
 */
export function tidyWhenQuiet(): void {
  let tidiedBytes = 0
  let cpu = process.cpuUsage()
  const tidy = (): void => {
    collectGarbage()
    tidiedBytes = process.memoryUsage.rss()
  }
  const look = (): void => {
    const { user, system } = process.cpuUsage(cpu)
    cpu = process.cpuUsage()
    const isQuiet = (user + system) / 1_000 < LOOK_MS * QUIET_SHARE
    if (isQuiet && process.memoryUsage.rss() - tidiedBytes > GROWTH_BYTES) tidy()
  }
  setTimeout(tidy, SETTLED_MS).unref()
  setInterval(look, LOOK_MS).unref()
}
