#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// The sources run as they stand, so each start would strip their types anew: with the cache it takes a third of the time.
enableCompileCache()
const { run } = await import('./run.ts')
await run()
