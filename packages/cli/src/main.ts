#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// The sources run as they stand, so each start would strip their types anew: with the cache it takes a third of the time.
const { directory } = enableCompileCache()
// Worker threads and child processes learn of the cache only here; without it each thread strips types again, in 25 MB more.
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory
const { run } = await import('./run.ts')
await run()
