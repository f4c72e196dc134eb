import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDataFolder } from './data-folder.ts'
import { announceServer, findServer, withdrawServer } from './running-server.ts'

let path: string
const randomBytes = (size: number): Uint8Array => new Uint8Array(size).fill(7)
const open = (options: { network?: string; origin?: string } = {}) => openDataFolder({ path, randomBytes, ...options })

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'minipolis-folder-')), 'city')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }))

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

test('a new folder takes the network and origin it is given and keeps them', () => {
  open({ network: 'test', origin: 'example.org/city' }).close()
  const again = open()
  expect(again.identity).toEqual({ network: 'test', origin: 'example.org/city' })
  again.close()
  expect(codeOf(() => open({ network: 'main' }))).toBe('folder-network')
})

test('a key is made once, for its owner only, and found again', () => {
  const folder = open()
  const key = folder.key('log')
  expect(folder.key('log').id).toBe(key.id)
  expect(statSync(join(path, 'keys', 'log.json')).mode & 0o777).toBe(0o600)
  folder.close()
})

test('a folder with other things in it is refused and left alone', () => {
  open().close()
  rmSync(join(path, 'minipolis.json'))
  writeFileSync(join(path, 'thesis.txt'), 'mine')
  expect(codeOf(open)).toBe('folder-foreign')
  expect(readFileSync(join(path, 'thesis.txt'), 'utf8')).toBe('mine')
})

test('a damaged manifest and one of a newer version are named as such', () => {
  open().close()
  writeFileSync(join(path, 'minipolis.json'), '{"format":"minipolis-folder","version":99,"network":"dev","origin":"a"}')
  expect(codeOf(open)).toBe('folder-version')
  writeFileSync(join(path, 'minipolis.json'), '{"format":')
  expect(codeOf(open)).toBe('folder-damaged')
})

test('a second opening is refused while the first holds the folder, also from another process', async () => {
  const folder = open()
  expect(codeOf(open)).toBe('folder-in-use')
  const source = new URL('./folder-lock.ts', import.meta.url).href
  const script = `import { lockFolder } from '${source}'
    try { lockFolder(process.argv[1], 'x'); console.log('free') } catch (error) { console.log(error.code) }`
  const attempt = async (): Promise<string> => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, join(path, 'lock')])
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    await once(child, 'close')
    return text.trim()
  }
  expect(await attempt()).toBe('folder-in-use')
  folder.close()
  expect(await attempt()).toBe('free')
})

test('only a server that lives is found', () => {
  open().close()
  expect(findServer(path)).toBeUndefined()
  announceServer(path, { pid: process.pid, url: 'http://127.0.0.1:1', token: 't' })
  expect(findServer(path)?.url).toBe('http://127.0.0.1:1')
  announceServer(path, { pid: 2 ** 22 + 1, url: 'http://127.0.0.1:1', token: 't' })
  expect(findServer(path)).toBeUndefined()
  withdrawServer(path)
  expect(findServer(path)).toBeUndefined()
})
