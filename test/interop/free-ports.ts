import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below what operating systems give to outgoing connections, where a port may be taken at any moment. */
const LOWEST = 12_000
const HIGHEST = 32_000
const ATTEMPTS_MAX = 200

/** The first of `count` ports in a row that nobody listens on. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST - count))
    const ports = Array.from({ length: count }, (_, i) => first + i)
    if ((await Promise.all(ports.map(isFree))).every((free) => free)) return first
  }
  throw new Error(`no ${count} free ports in a row after ${ATTEMPTS_MAX} attempts`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const outcome = Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)])
  server.listen(port)
  const isListening = await outcome
  if (isListening) {
    server.close()
    await once(server, 'close')
  }
  return isListening
}
