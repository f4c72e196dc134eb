import { isStripperLoaded, keepsSources } from './stripped-sources.js'

/** How often the program has started afresh; kept from children. */
const MARK = 'MINIPOLIS_STARTED_AFRESH'
const times = Number(process.env[MARK] ?? 0)
delete process.env[MARK]
/** Once to find the file stripped that the program begins with, once all the others. */
const TIMES_MAX = 2

/** Before the first file with types, for whoever starts the program by its file alone. */
const PRELOADED = new URL('./stripped-sources.js', import.meta.url).href

/**
 * How many heaps the C library of Linux keeps, read when a process begins. By default each thread has its own, which keeps what is
 * freed in it: 2 MB more, for threads that seldom allocate at the same time.
 */
const HEAPS = 'MALLOC_ARENA_MAX'
const lacksHeaps = process.platform === 'linux' && process.env[HEAPS] === undefined

/**
 * Replaces the running program by a fresh start of itself, in the same process, when that saves memory for as long as it runs: when
 * it was not told to keep one heap, and when its sources were stripped of their types at this start, as they are at the first one
 * after an update. The stripper would hold 28 MB; the second time all is found stripped. To be called before anything is
 * opened; does nothing where the host cannot do it.
 *
 * @param loadLater loads what the program only loads when it is needed, so that it is stripped too
 */
export async function startAfresh(loadLater?: () => Promise<unknown>): Promise<void> {
  const { execve, execPath, execArgv, argv, env } = process
  const isPossible = execve !== undefined && process.channel === undefined && keepsSources
  if (!isPossible || times >= TIMES_MAX || !(lacksHeaps || isStripperLoaded())) return
  if (isStripperLoaded()) await loadLater?.()
  const preloaded = execArgv.includes('--import') ? [] : ['--import', PRELOADED]
  const freshEnv = { [HEAPS]: '1', ...env, [MARK]: String(times + 1) }
  execve(execPath, [execPath, ...execArgv, ...preloaded, ...argv.slice(1)], freshEnv)
}
