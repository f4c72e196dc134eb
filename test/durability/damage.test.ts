import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { formatEvidence, verifyEvidence } from '@minipolis/city'
import type { OpenCity } from '@minipolis/server'
import { openCity } from '@minipolis/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openQuiet } from './inspect-city.ts'
import { minipolis } from './program.ts'
import { Violations } from './violations.ts'

let place: string
/** A city with four readings, anchored twice; `earlier` is the same folder with two, anchored once. */
let folder: string
let earlier: string
let copies = 0

const append = ({ city }: OpenCity, hours: readonly number[]): Promise<unknown> =>
  city.gateway.append([
    {
      stream: 'bridge/load',
      unit: 't',
      kind: 'number',
      readings: hours.map((hour) => ({ timeMs: Date.UTC(2026, 0, 1, hour), value: `${hour}.50` })),
    },
  ])

const quietly = async <T>(path: string, work: (open: OpenCity) => Promise<T>): Promise<T> => {
  const open = await openQuiet(path, new Violations())
  try {
    return await work(open)
  } finally {
    await open.close()
  }
}

/** A copy of the folder to do harm to. */
const copy = (of = folder): string => {
  const path = join(place, `copy-${copies++}`)
  cpSync(of, path, { recursive: true })
  return path
}

/** Why a folder does not open: code and sentence. */
const refusal = async (path: string): Promise<{ readonly code: unknown; readonly message: string }> => {
  try {
    await quietly(path, async () => undefined)
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string }
    return { code, message }
  }
  return { code: undefined, message: 'it opened' }
}

const overwrite = (path: string, at: number, bytes: number): void => {
  const file = openSync(path, 'r+')
  writeSync(file, new Uint8Array(bytes).fill(0xa5), 0, bytes, at)
  closeSync(file)
}

const edit = (path: string, sql: string): void => {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'minipolis-damage-'))
  folder = join(place, 'city')
  await quietly(folder, async (open) => {
    await append(open, [1, 2])
    await open.settle()
  })
  earlier = copy()
  await quietly(folder, async (open) => {
    await append(open, [3, 4])
    await open.settle()
  })
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('rows restored from an older backup are refused, with the way out', async () => {
  const path = copy()
  cpSync(join(earlier, 'city.sqlite'), join(path, 'city.sqlite'))
  expect(await refusal(path)).toMatchObject({ code: 'log-behind-published' })
  const said = await minipolis('evidence', 'bridge/load@1', '--data', path)
  expect(said).toMatchObject({ code: 1, out: '' })
  expect(said.err).toMatch(/2 log entries .* names 4: it looks like an older backup; restore a newer one/)
})

test('an older backup without the published mark is refused by what the chain says', async () => {
  const path = copy()
  cpSync(join(earlier, 'city.sqlite'), join(path, 'city.sqlite'))
  rmSync(join(path, 'published.checkpoint'))
  const found = new Violations()
  const open = await openQuiet(path, found)
  await open.city.anchor()
  await expect(append(open, [5])).rejects.toMatchObject({ code: 'log-behind-published' })
  await expect(open.city.log.checkpoint()).rejects.toMatchObject({ code: 'log-behind-published' })
  await open.close()
  expect(found.list.join('\n')).toMatch(/the live anchor coin names 4/)
})

test('a chain restored from an older backup gets its lost anchors again, and evidence holds', async () => {
  const path = copy()
  cpSync(join(earlier, 'node.sqlite'), join(path, 'node.sqlite'))
  await quietly(path, async ({ city, node }) => {
    for (let blocks = 0; blocks < 60; blocks++) {
      await node.mineBlock()
      await city.anchor()
    }
    const anchors = (await city.anchors.list(9)).reverse()
    expect(anchors.map(({ serial, size }) => [serial, size])).toEqual([
      [1, 2],
      [2, 4],
    ])
    for (const first of [1, 4]) {
      const verdict = verifyEvidence(formatEvidence(await city.evidence({ stream: 'bridge/load', first })), {
        trust: { isOnChain: ({ number, id }) => node.block({ number })?.id === id },
      })
      expect(verdict.links.filter(({ ok }) => !ok)).toEqual([])
      expect(verdict).toMatchObject({ intact: true, complete: true, state: 'anchored' })
    }
  })
})

test.each([
  ['log', 'keys/log.json'],
  ['authority', 'keys/authority.json'],
  ['gateway', 'keys/gateway.json'],
])('a lost key of the %s is named, not replaced by another', async (_, file) => {
  const path = copy()
  rmSync(join(path, file))
  expect(await refusal(path)).toMatchObject({ code: 'folder-damaged', message: expect.stringContaining(file) })
})

test.each([
  ['begins with other bytes', (file: string) => overwrite(file, 0, 100)],
  ['has foreign pages', (file: string) => overwrite(file, 4096, 8 * 4096)],
  ['was cut', (file: string) => truncateSync(file, 8_000)],
])('a database that %s is called damaged, whether of the city or of the node', async (_, harm) => {
  for (const name of ['city.sqlite', 'node.sqlite']) {
    const path = copy()
    harm(join(path, name))
    const { code, message } = await refusal(path)
    expect(code).toBe('store-damaged')
    expect(message).toContain(join(path, name))
    expect(message).toContain('restore it from a backup')
  }
})

test.each([
  ['is no JSON', 'folder-damaged', (text: string) => text.slice(1)],
  ['is of a later format', 'folder-version', (text: string) => text.replace('"version":1', '"version":2')],
  ['names another network', 'store-foreign', (text: string) => text.replace('"dev"', '"test"')],
  ['names an unknown network', 'network-unknown', (text: string) => text.replace('"dev"', '"moon"')],
])('a folder whose manifest %s is refused', async (_, code, change) => {
  const path = copy()
  const manifest = join(path, 'minipolis.json')
  writeFileSync(manifest, change(readFileSync(manifest, 'utf8')))
  expect((await refusal(path)).code).toBe(code)
})

test('a folder is opened for its own network and city only', async () => {
  const parts = { now: Date.now, randomBytes: (size: number) => new Uint8Array(size), onError: () => undefined }
  await expect(openCity({ folder, network: 'test' }, parts)).rejects.toMatchObject({ code: 'folder-network' })
  await expect(openCity({ folder, origin: 'other.example/log' }, parts)).rejects.toMatchObject({
    code: 'folder-network',
  })
})

test('files of another city, or none at all, are refused instead of begun anew', async () => {
  const foreign = join(place, 'foreign')
  const parts = { now: Date.now, randomBytes: (size: number) => new Uint8Array(size).fill(1), onError: () => undefined }
  await (await openCity({ folder: foreign, origin: 'other.example/log' }, parts)).close()
  const path = copy()
  cpSync(join(foreign, 'city.sqlite'), join(path, 'city.sqlite'))
  expect((await refusal(path)).code).toBe('store-foreign')
  rmSync(join(path, 'city.sqlite'))
  expect((await refusal(path)).code).toBe('log-behind-published')
  rmSync(join(path, 'minipolis.json'))
  expect((await refusal(path)).code).toBe('folder-foreign')
})

test('a reading changed in the database is found by fsck, and is not given out as evidence', async () => {
  const path = copy()
  edit(join(path, 'city.sqlite'), "update reading set value = '9.50' where log_index = 1")
  const fsck = await minipolis('log', 'fsck', '--data', path, '--json')
  expect(fsck.code).toBe(1)
  expect(JSON.parse(fsck.out)).toMatchObject({ clean: false })
  const evidence = quietly(path, ({ city }) => city.evidence({ stream: 'bridge/load', first: 2 }))
  await expect(evidence).rejects.toMatchObject({ code: 'log-damaged', facts: { logIndex: 1 } })
})

test('one process at a time holds a folder, and a killed one lets go at once', async () => {
  const path = copy()
  const holder = spawn(
    process.execPath,
    [join(import.meta.dirname, 'import-victim.ts'), '-', '--stream', 's', '--time-column', 'time', '--data', path],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  await once(holder.stdout, 'data')
  const second = await minipolis('log', 'fsck', '--data', path)
  expect(second).toMatchObject({ code: 1, out: '' })
  expect(second.err).toContain(`another process runs on ${path}`)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect((await refusal(path)).message).toBe('it opened')
})
