import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const FIXTURES = join(import.meta.dirname, 'fixtures')

let folder: string
let data: string
const servers: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-start-'))
  data = join(folder, 'city')
})
afterEach(async () => {
  for (const server of servers.splice(0))
    if (server.exitCode === null && server.signalCode === null) await stop(server, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

interface Started {
  readonly server: ChildProcess
  readonly said: { readonly url: string; readonly mqttUrl: string; readonly network: string; readonly demo: boolean }
  readonly err: () => string
}

/** Starts the real program and waits for what it says when it runs. */
async function start(...args: string[]): Promise<Started> {
  const server = spawn(process.execPath, [MAIN, 'start', '-d', data, '--no-page', '--json', ...args])
  servers.push(server)
  let err = ''
  server.stderr.on('data', (piece) => {
    err += piece
  })
  const [line] = (await Promise.race([
    once(server.stdout, 'data'),
    once(server, 'exit').then(([code]) => Promise.reject(new Error(`exit ${code}: ${err}`))),
  ])) as [Buffer]
  return { server, said: JSON.parse(line.toString()), err: () => err }
}

async function stop(server: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  const exited = once(server, 'exit')
  server.kill(signal)
  const [code] = await exited
  return code
}

const minipolis = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args, '-d', data], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })

const anyPorts = ['--port', '0', '--mqtt-port', '0']

describe('minipolis start', () => {
  test('runs a simulated city within seconds, and commands reach it through its folder', async () => {
    const { server, said } = await start(...anyPorts)
    expect(said).toMatchObject({
      network: 'dev',
      demo: true,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    })
    expect(said.mqttUrl).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/)
    await expect
      .poll(async () => JSON.parse((await minipolis('streams', '--json')).out).length, { timeout: 60_000 })
      .toBeGreaterThan(20)
    const status = JSON.parse((await minipolis('node', 'status', '--json')).out)
    expect(status).toMatchObject({ network: 'dev', url: said.url })

    const imported = await minipolis(
      ...['import', join(FIXTURES, 'mndot-speed-excerpt.csv'), '--stream', 'mndot/speed', '-t', 'timestamp'],
      ...['-z', 'America/Chicago', '-u', 'mph', '--json'],
    )
    expect(JSON.parse(imported.out)).toMatchObject({ read: 13, accepted: 13 })

    const second = await minipolis('start', '--no-page')
    expect(second).toMatchObject({ code: 1, out: '' })
    expect(second.err).toMatch(/^minipolis: a server runs on .* already: http:\/\/127\.0\.0\.1:\d+\n {2}hint: /)

    expect(await stop(server)).toBe(0)
    expect(existsSync(join(data, 'server.json'))).toBe(false)
    const afterwards = JSON.parse((await minipolis('records', '-s', 'mndot/speed', '--limit', '1', '--json')).out)
    expect(afterwards).toMatchObject([{ id: 'mndot/speed@13', value: '62' }])
    expect((await minipolis('log', 'fsck')).code).toBe(0)
  }, 60_000)

  test('starts empty when told, and takes the next free port when one is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const { server, said, err } = await start('--no-demo', '--port', String(port), '--mqtt-port', '0')
    expect(said.demo).toBe(false)
    expect(said.url).not.toBe(`http://127.0.0.1:${port}`)
    expect(err()).toBe(`port ${port} is taken: listening at ${said.url} instead\n`)
    expect(await minipolis('streams', '--json')).toEqual({ code: 0, out: '[]\n', err: '' })
    expect(await stop(server, 'SIGINT')).toBe(0)
    taken.close()
  }, 60_000)

  test('a killed server leaves a folder that opens, and a file of it that nobody trusts', async () => {
    const { server } = await start('--no-demo', ...anyPorts)
    await stop(server, 'SIGKILL')
    expect(existsSync(join(data, 'server.json'))).toBe(true)
    expect(JSON.parse((await minipolis('node', 'status', '--json')).out)).not.toHaveProperty('url')
  }, 60_000)

  test('refuses a folder of another network, and options that make no sense', async () => {
    const { server } = await start('--no-demo', ...anyPorts)
    await stop(server)
    const other = await minipolis('start', '--network', 'main', '--no-page', ...anyPorts)
    expect(other).toMatchObject({ code: 1, out: '' })
    expect(other.err).toMatch(/^minipolis: .* belongs to network dev, not main/)
    expect((await minipolis('start', '--port', 'high')).code).toBe(2)
    expect((await minipolis('start', '--network', 'moon')).code).toBe(2)
  }, 60_000)
})
