#!/usr/bin/env node
import './compile-cache.js'

// Only now, so that the cache is there: the sources run as they stand, and would be stripped of their types at each start.
const { run } = await import('./run.ts')
await run()
