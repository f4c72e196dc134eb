// Plain JavaScript, so that even the first file that needs its types stripped finds them stripped: loading the stripper costs
// 0.1 s and 28 MB. Preloaded by `npm start`.
import { enableCompileCache } from 'node:module'

const { directory } = enableCompileCache()
// Worker threads and child processes learn of the cache only here; without it each thread strips types again, in 25 MB more.
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory

const STRIPPER = 'NativeModule internal/deps/amaro/dist/index'

/** Modules that the runtime has loaded of its own, by what it calls them: no part of its promise, hence looked at with care. */
export function isStripperLoaded() {
  const loaded = Reflect.get(process, 'moduleLoadList')
  return Array.isArray(loaded) && loaded.includes(STRIPPER)
}
