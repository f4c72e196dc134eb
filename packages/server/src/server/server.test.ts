import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server as NetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findServer } from '../folder/index.ts'
import { type Server, startServer } from './server.ts'

let folder: string
const servers: Server[] = []
const taken: NetServer[] = []

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'minipolis-server-')), 'city')
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  for (const socket of taken.splice(0)) socket.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const start = async (options: { httpPort?: number; mqttPort?: number } = {}): Promise<Server> => {
  const { httpPort = 0, mqttPort = 0 } = options
  const server = await startServer(
    { folder, httpPort, mqtt: { host: '127.0.0.1', port: mqttPort }, version: '0.0.0' },
    { log: pino({ level: 'silent' }), now: Date.now },
  )
  servers.push(server)
  return server
}

const occupy = (): Promise<number> =>
  new Promise((resolve) => {
    const socket = createServer().listen(0, '127.0.0.1', () => resolve((socket.address() as { port: number }).port))
    taken.push(socket)
  })

test('a started server answers, tells others of its owner where it is, and takes that back when it closes', async () => {
  const server = await start()
  const status = (await (await fetch(`${server.url}/v1/status`)).json()) as { network: string }
  expect(status.network).toBe('dev')
  expect(findServer(folder)).toEqual({ pid: process.pid, url: server.url, token: server.adminToken })
  await server.close()
  expect(findServer(folder)).toBeUndefined()
  await expect(fetch(`${server.url}/health`)).rejects.toThrow()
})

test('a taken port gives the next free one and says so', async () => {
  const [httpPort, mqttPort] = [await occupy(), await occupy()]
  const server = await start({ httpPort, mqttPort })
  expect(server.moved).toEqual(['http', 'mqtt'])
  expect(Number(new URL(server.url).port)).toBeGreaterThan(httpPort)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})

test('a second server on the same folder is refused, and the first goes on', async () => {
  const first = await start()
  await expect(start()).rejects.toMatchObject({ code: 'folder-in-use' })
  expect((await fetch(`${first.url}/health`)).status).toBe(200)
})

test('what changes the city needs the token', async () => {
  const server = await start()
  const enrol = (headers: Record<string, string>) =>
    fetch(`${server.url}/v1/devices`, { method: 'POST', headers, body: '{}' })
  expect((await enrol({})).status).toBe(401)
  expect((await enrol({ authorization: 'Bearer wrong' })).status).toBe(401)
})
