import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { filePublishedMark } from './published-mark.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-mark-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('the mark remembers the last head it was given, in any later process', async () => {
  const path = join(folder, 'mark')
  expect(await filePublishedMark(path).read()).toBeUndefined()
  const root = new Uint8Array(32).fill(9)
  await filePublishedMark(path).write({ size: 417_312, root })
  expect(await filePublishedMark(path).read()).toEqual({ size: 417_312, root })
})

test('a damaged mark is an error, not a fresh start', async () => {
  const path = join(folder, 'mark')
  writeFileSync(path, '41731')
  await expect(filePublishedMark(path).read()).rejects.toMatchObject({ code: 'log-damaged' })
})
