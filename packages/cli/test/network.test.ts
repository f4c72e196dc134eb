import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNode } from '@minipolis/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFolder } from './folders.ts'
import { run } from './transcript.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

let folder: string
let up: ChildProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-network-'))
})
afterEach(async () => {
  if (up?.exitCode === null && up.signalCode === null) {
    up.kill('SIGKILL')
    await once(up, 'exit')
  }
  await expect.poll(running, { timeout: 20_000 }).toEqual([])
  rmSync(folder, { recursive: true, force: true })
})

/** Numbers of the nodes that run. */
const running = (): number[] => [1, 2, 3].filter((number) => findNode(join(folder, `node-${number}`)) !== undefined)

interface Line {
  readonly node: number
  readonly started?: true
  readonly block?: number
  readonly id?: string
  readonly peers?: number
}

/** Starts the real program; gives the lines it has printed so far. */
function start(...args: string[]): { network: ChildProcess; lines: () => Line[] } {
  const network = spawn(process.execPath, [MAIN, 'network', 'up', '-d', folder, '--base-port', '0', '--json', ...args])
  up = network
  let text = ''
  network.stdout.on('data', (piece) => {
    text += piece
  })
  return {
    network,
    lines: () =>
      text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line),
  }
}

/** Newest block of each node that has peers. */
const tips = (lines: readonly Line[]): Map<number, Line> =>
  new Map(lines.filter(({ peers }) => peers !== undefined && peers > 0).map((line) => [line.node, line]))

describe('minipolis network up', () => {
  test('runs nodes that agree, each in a process of its own, and stops them all', async () => {
    const { network, lines } = start('--nodes', '3')
    await expect
      .poll(
        () => {
          const seen = [...tips(lines()).values()]
          return seen.length === 3 && new Set(seen.map(({ id }) => id)).size === 1 && seen[0]!.block! > 1
        },
        { timeout: 60_000 },
      )
      .toBe(true)
    expect(lines().filter(({ started }) => started).length).toBe(3)
    expect(new Set([1, 2, 3].map((number) => findNode(join(folder, `node-${number}`))?.pid)).size).toBe(3)
    const exited = once(network, 'exit')
    network.kill('SIGINT')
    expect(await exited).toEqual([0, null])
    expect(running()).toEqual([])
  }, 90_000)

  test('takes its nodes with it when it is killed', async () => {
    const { network, lines } = start('--nodes', '2')
    await expect.poll(() => lines().filter(({ started }) => started).length, { timeout: 60_000 }).toBe(2)
    network.kill('SIGKILL')
    await expect.poll(running, { timeout: 20_000 }).toEqual([])
  }, 90_000)

  test('says why a node does not start, and leaves none behind', async () => {
    const command = ['network', 'up', '--nodes', '2', '-d', folder, '--network', 'main']
    expect(await run(command, { openCity: openFolder })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^minipolis: main is one network for the whole world/),
    })
    expect((await run(['network', 'up', '--nodes', '0'], { openCity: openFolder })).code).toBe(2)
    const first = start('--nodes', '1')
    await expect.poll(() => first.lines().length, { timeout: 60_000 }).toBeGreaterThan(0)
    const second = await run(['network', 'up', '-n', '1', '-d', folder, '--base-port', '0'], { openCity: openFolder })
    expect(second).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^minipolis: node 1 does not start: .*a node runs on .* already/),
    })
  }, 90_000)

  test('has help with an example', async () => {
    const help = await run(['network', 'up', '--help'], { openCity: openFolder })
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toMatch(/Example:\n {2}\$ minipolis network up /)
  })
})
