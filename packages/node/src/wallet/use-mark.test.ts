import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UseMark } from './use-mark.ts'

const FIRST = `0x${'A1'.repeat(32)}`
const SECOND = `0x${'B2'.repeat(32)}`
let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-mark-'))
  file = join(folder, 'node.sqlite.uses')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('each use is a line, and the highest counts', () => {
  const mark = new UseMark(file)
  mark.note(FIRST, 1)
  mark.note(SECOND, 7)
  mark.note(FIRST, 2)
  expect(readFileSync(file, 'utf8')).toBe(`${FIRST} 1\n${SECOND} 7\n${FIRST} 2\n`)
  const again = new UseMark(file)
  expect([again.uses(FIRST), again.uses(SECOND), again.isDamaged]).toEqual([2, 7, false])
})

test('after a use that could not be noted the next one writes down all that is known', () => {
  const mark = new UseMark(file)
  mark.note(FIRST, 1)
  mark.note(SECOND, 7)
  rmSync(file)
  mkdirSync(file)
  expect(() => mark.note(FIRST, 2)).toThrow(expect.objectContaining({ code: 'store-failed' }))
  rmdirSync(file)
  mark.note(FIRST, 3)
  const again = new UseMark(file)
  expect([again.uses(FIRST), again.uses(SECOND), again.isDamaged]).toEqual([3, 7, false])
})
