#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import './stripped-sources.js'
import { startAfresh } from './start-afresh.ts'

// What runs for long and began with more memory than it needs begins again, before it loads the rest.
if (/^(node )?start\b/.test(process.argv.slice(2).join(' '))) await startAfresh()

// The young heap stays at the 2 MB it begins with: V8 would let it grow to 48 MB, and imports are no faster with it. Only now: what
// has grown does not shrink again.
setFlagsFromString('--semi-space-growth-factor=1')

// Only now, so that the sources are kept as they run: they would be stripped of their types at each start.
const { run } = await import('./run.ts')
await run()
