import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNode } from '@minipolis/node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFolder } from './folders.ts'
import { run } from './transcript.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

let folder: string
const cities: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-city-network-'))
})
afterEach(async () => {
  for (const city of cities.splice(0)) await stop(city, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

interface Said {
  readonly p2pPort?: number
  readonly rpcUrl?: string
}

/** Starts a city in the real program. */
async function start(name: string, ...args: string[]): Promise<{ city: ChildProcess; said: Said }> {
  const city = spawn(process.execPath, [
    ...[MAIN, 'start', '-d', join(folder, name), '--no-page', '--no-demo', '--json', '--port', '0', '--mqtt-port', '0'],
    ...args,
  ])
  cities.push(city)
  const [line] = (await once(city.stdout, 'data')) as [Buffer]
  return { city, said: JSON.parse(line.toString()) as Said }
}

async function stop(city: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (city.exitCode !== null || city.signalCode !== null) return city.exitCode
  const exited = once(city, 'exit')
  city.kill(signal)
  return (await exited)[0] as number | null
}

const json = async (...args: string[]) => JSON.parse((await run(args, { openCity: openFolder })).out)
const at = (name: string): string[] => ['-d', join(folder, name), '--json']

test('a city joins the network of another one, takes its chain, and is asked over its command interface', async () => {
  const first = await start('first', '--p2p-port', '0', '--rpc-port', '0')
  expect(first.said.p2pPort).toBeGreaterThan(0)
  const second = await start('second', '--rpc-port', '0', '--connect', `127.0.0.1:${first.said.p2pPort}`)
  expect(second.said).not.toHaveProperty('p2pPort')
  const tipOf = async (name: string): Promise<string> => (await json('node', 'status', ...at(name))).tip?.id
  await expect
    .poll(async () => (await tipOf('second')) === (await tipOf('first')), { timeout: 30_000, interval: 500 })
    .toBe(true)
  expect(await json('node', 'peers', ...at('second'))).toMatchObject([{ direction: 'out', greeted: true }])
  expect(await json('node', 'rpc', ...at('second'), 'quit')).toMatchObject({ status: false })
  expect(await stop(second.city)).toBe(0)
  expect(await stop(first.city)).toBe(0)
  expect(findNode(join(folder, 'second'))).toBeUndefined()
}, 90_000)

test('a city opens no port for nodes or their commands unless it is asked to', async () => {
  const { city, said } = await start('quiet')
  expect(said).not.toHaveProperty('p2pPort')
  expect(said).not.toHaveProperty('rpcUrl')
  expect(await run(['node', 'rpc', '-d', join(folder, 'quiet'), 'status'], { openCity: openFolder })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^minipolis: the city in .* runs without a command interface.*\n {2}hint: .*--rpc-port/),
  })
  expect(await stop(city)).toBe(0)
}, 60_000)
