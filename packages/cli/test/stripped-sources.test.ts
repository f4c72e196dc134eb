import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const preloaded = new URL('../src/stripped-sources.js', import.meta.url).href

let folder: string
let kept: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-sources-'))
  kept = join(folder, 'kept')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs a program with types. @returns what it prints, and what the runtime says besides */
function run(text: string): { readonly printed: string; readonly said: string } {
  const program = join(folder, 'program.ts')
  writeFileSync(program, text)
  const env = { ...process.env, MINIPOLIS_SOURCES: kept }
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', preloaded, program], {
    encoding: 'utf8',
    env,
  })
  expect(status).toBe(0)
  return { printed: stdout.trim(), said: stderr.trim() }
}

test('a source is kept as it runs, and read from there at the next start', () => {
  expect(run('const a: string = "née"; console.log(a)')).toEqual({ printed: 'née', said: '' })
  const [file, ...others] = readdirSync(kept)
  expect(others).toEqual([])
  writeFileSync(join(kept, file!), `console.log("from there")\n//${file!.replace('.js', '')}`)
  expect(run('const a: string = "née"; console.log(a)').printed).toBe('from there')
})

test('what a power cut left without its end is stripped anew', () => {
  run('const a: number = 1; console.log(a)')
  const [file] = readdirSync(kept)
  for (const left of ['', 'const a         = 1; cons']) {
    writeFileSync(join(kept, file!), left)
    expect(run('const a: number = 1; console.log(a)').printed).toBe('1')
  }
})

test('a source that changed is stripped anew', () => {
  run('const a: number = 1; console.log(a)')
  expect(run('const a: number = 2; console.log(a)').printed).toBe('2')
})

test.skipIf(process.getuid === undefined)('a folder that others can write to is not used', () => {
  mkdirSync(kept)
  chmodSync(kept, 0o777)
  expect(run('const a: number = 1; console.log(a)').printed).toBe('1')
  expect(readdirSync(kept)).toEqual([])
})

test('what cannot be stripped is told as the runtime tells it, with the file', () => {
  const program = join(folder, 'program.ts')
  writeFileSync(program, 'const a: = 1')
  const { stderr, status } = spawnSync(process.execPath, ['--import', preloaded, program], {
    encoding: 'utf8',
    env: { ...process.env, MINIPOLIS_SOURCES: kept },
  })
  expect(status).not.toBe(0)
  expect(stderr).toContain('program.ts')
})
