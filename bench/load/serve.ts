/** A server in a process of its own, for measurements: prints where it listens, ends with its input. */

import { startServer } from '@minipolis/server'
import { pino } from 'pino'

const server = await startServer(
  { folder: process.argv[2]!, httpPort: 0, mqtt: { host: '127.0.0.1', port: 0 }, version: 'bench' },
  { log: pino({ level: 'warn' }, pino.destination(2)), now: Date.now },
)
console.log(JSON.stringify({ url: server.url, mqttUrl: server.mqttUrl, token: server.adminToken }))
process.stdin.on('end', () => server.close().then(() => process.exit(0))).resume()
