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
  readonly heaps?: string
  readonly words: readonly string[]
}

/** Runs a program with types, and what it says before and after it may start afresh. */
function start(environment: NodeJS.ProcessEnv): Said[] {
  const program = join(folder, 'program.ts')
  writeFileSync(
    program,
    `import { startAfresh } from '${source('start-afresh.ts')}'
    const stripped: boolean = process.moduleLoadList.some((name: string) => name.includes('amaro'))
    const { pid, argv, env } = process
    const say = () => console.log(JSON.stringify({ pid, stripped, heaps: env.MALLOC_ARENA_MAX, words: argv.slice(2) }))
    say()
    await startAfresh()
    say()`,
  )
  const { MINIPOLIS_SOURCES: _, MALLOC_ARENA_MAX: __, ...env } = process.env
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--import', source('stripped-sources.js'), program, 'two words', '--flag'],
    { encoding: 'utf8', env: { ...env, ...environment } },
  )
  expect(status).toBe(0)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Said)
}

test.skipIf(process.execve === undefined)(
  'the first start strips types and begins again in the same process without the stripper; later ones find the sources stripped',
  () => {
    const kept = { MINIPOLIS_SOURCES: join(folder, 'sources'), MALLOC_ARENA_MAX: '2' }
    const first = start(kept)
    expect(first.map(({ stripped }) => stripped)).toEqual([true, false, false])
    expect(new Set(first.map(({ pid }) => pid)).size).toBe(1)
    for (const { words } of first) expect(words).toEqual(['two words', '--flag'])
    const later = start(kept)
    expect(later.map(({ stripped }) => stripped)).toEqual([false, false])
    // What the host chose stays.
    for (const { heaps } of [...first, ...later]) expect(heaps).toBe('2')
  },
)

test.skipIf(process.execve === undefined || process.platform !== 'linux')(
  'a start that was not told to keep one heap begins again with that, once',
  () => {
    const kept = { MINIPOLIS_SOURCES: join(folder, 'sources') }
    start(kept)
    const later = start(kept)
    expect(later.map(({ heaps }) => heaps)).toEqual([undefined, '1', '1'])
    expect(new Set(later.map(({ pid }) => pid)).size).toBe(1)
  },
)

test('where nothing can be kept the program runs as it is, once', () => {
  const taken = join(folder, 'taken')
  writeFileSync(taken, 'no folder')
  expect(start({ MINIPOLIS_SOURCES: taken }).map(({ stripped }) => stripped)).toEqual([true, true])
})
