import { writeSync } from 'node:fs'
import { startServer } from '@minipolis/server'
import { pino } from 'pino'
import type { Door } from './field-device.ts'

/* A server with all its doors open, until somebody kills it. It says on standard output where it listens. */
const { url, adminToken } = await startServer(
  { folder: process.argv[2]!, httpPort: 0, mqtt: { host: '127.0.0.1', port: 0 }, anchorEveryMs: 0, version: '0.0.0' },
  { log: pino({ level: 'warn' }, process.stderr), now: Date.now },
)
writeSync(1, `${JSON.stringify({ url, adminToken } satisfies Door)}\n`)
