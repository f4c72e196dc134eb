import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const source = (name: string): string => new URL(`../src/${name}`, import.meta.url).href

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-afresh-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Said {
  readonly pid: number
  readonly stripped: boolean
  readonly words: readonly string[]
}

/** Runs a program with types, and what it says before and after it may start afresh. */
function start(environment: NodeJS.ProcessEnv): Said[] {
  const program = join(folder, 'program.ts')
  writeFileSync(
    program,
    `import { startAfresh } from '${source('start-afresh.ts')}'
    const stripped: boolean = process.moduleLoadList.some((name: string) => name.includes('amaro'))
    const say = () => console.log(JSON.stringify({ pid: process.pid, stripped, words: process.argv.slice(2) }))
    say()
    await startAfresh()
    say()`,
  )
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--import', source('compile-cache.js'), program, 'two words', '--flag'],
    { encoding: 'utf8', env: { ...env, ...environment } },
  )
  expect(status).toBe(0)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Said)
}

test.skipIf(process.execve === undefined)(
  'the first start strips types and begins again in the same process without the stripper; later ones find the cache',
  () => {
    const cache = { NODE_COMPILE_CACHE: join(folder, 'cache') }
    const first = start(cache)
    expect(first.map(({ stripped }) => stripped)).toEqual([true, false, false])
    expect(new Set(first.map(({ pid }) => pid)).size).toBe(1)
    for (const { words } of first) expect(words).toEqual(['two words', '--flag'])
    expect(start(cache).map(({ stripped }) => stripped)).toEqual([false, false])
  },
)

test('without a cache the program runs as it is, once', () => {
  expect(start({ NODE_DISABLE_COMPILE_CACHE: '1' }).map(({ stripped }) => stripped)).toEqual([true, true])
})
