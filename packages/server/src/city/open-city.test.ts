import { randomBytes as random } from 'node:crypto'
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEvidence, formatNoteKey, verifyEvidence } from '@minipolis/city'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OpenCity, openCity } from './open-city.ts'

let folder: string
let faults: unknown[]
const running: OpenCity[] = []

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'minipolis-city-')), 'city')
  faults = []
})
afterEach(async () => {
  for (const city of running.splice(0)) await city.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const open = async (options: { anchorEveryMs?: number } = {}): Promise<OpenCity> => {
  const city = await openCity(
    { folder, anchorEveryMs: 0, ...options },
    {
      now: Date.now,
      randomBytes: (size) => new Uint8Array(random(size)),
      onError: (error) => faults.push(error),
    },
  )
  running.push(city)
  return city
}

const reading = (second: number) => ({ timeMs: Date.UTC(2026, 0, 1) + second * 1000, value: `${second}.50` })

const append = async ({ city }: OpenCity, seconds: readonly number[]): Promise<void> => {
  await city.gateway.append([{ stream: 'bridge/load', unit: 't', kind: 'number', readings: seconds.map(reading) }])
  await city.log.checkpoint()
}

test('a reading goes in, is signed, logged, anchored, and proves itself; all of it again after a restart', async () => {
  const first = await open()
  await append(first, [1, 2])
  expect(await first.settle()).toBe(true)
  const logKeys = [formatNoteKey(first.city.log.key)]
  const early = verifyEvidence(formatEvidence(await first.city.evidence({ stream: 'bridge/load', first: 2 })), {
    trust: { logKeys },
  })
  expect(early.links.filter(({ ok }) => !ok)).toEqual([])
  expect(early).toMatchObject({ intact: true, complete: true, state: 'anchored' })
  expect(early.readings[0]?.value).toBe('2.50')
  await first.close()

  const second = await open()
  await append(second, [2, 3, 4])
  expect(second.city.log.size).toBe(4)
  expect(await second.settle()).toBe(true)
  for (const sequence of [1, 4]) {
    const evidence = await second.city.evidence({ stream: 'bridge/load', first: sequence })
    const verdict = verifyEvidence(formatEvidence(evidence), { trust: { logKeys } })
    expect(verdict).toMatchObject({ intact: true, complete: true, state: 'anchored' })
  }
  expect(faults).toEqual([])
})

test('the day has a stay coin, and it is never paid out of the coin that founds the anchors', async () => {
  const opened = await open()
  opened.city.start()
  await append(opened, [1])
  expect(await opened.settle()).toBe(true)
  for (let blocks = 0; blocks < 12; blocks++) await opened.node.mineBlock()
  await append(opened, [5])
  expect(await opened.settle()).toBe(true)
  const day = Math.floor(Date.now() / 86_400_000)
  expect(await opened.city.anchors.note(`stay ${day}`)).toBeDefined()
  const verdict = verifyEvidence(formatEvidence(await opened.city.evidence({ stream: 'bridge/load', first: 2 })))
  expect(verdict).toMatchObject({ intact: true, state: 'anchored' })
  expect(faults).toEqual([])
})

test('a folder whose chain is gone while its rows hold anchors is refused, and opens again with the chain', async () => {
  const first = await open()
  await append(first, [1])
  expect(await first.settle()).toBe(true)
  const { nodeDatabase } = first.folder
  await first.close()
  renameSync(nodeDatabase, `${nodeDatabase}.kept`)
  await expect(open()).rejects.toMatchObject({ code: 'chain-lost' })
  renameSync(`${nodeDatabase}.kept`, nodeDatabase)
  expect((await open()).city.log.size).toBe(1)
})

/** Readings that the city calls anchored now. */
const anchored = async ({ city }: OpenCity): Promise<number> => (await city.reach()).anchored ?? 0

const verdictOf = async ({ city }: OpenCity, first: number) =>
  verifyEvidence(formatEvidence(await city.evidence({ stream: 'bridge/load', first })), {
    trust: { logKeys: [formatNoteKey(city.log.key)] },
  })

/** Anchors readings 1 to `count` one by one, and copies the chain as it stood after each. */
const anchorEach = async (count: number): Promise<string[]> => {
  const copies: string[] = []
  for (let second = 1; second <= count; second++) {
    const opened = await open()
    await append(opened, [second])
    expect(await opened.settle()).toBe(true)
    const { nodeDatabase } = opened.folder
    await opened.close()
    copies.push(`${nodeDatabase}.${second}`)
    copyFileSync(nodeDatabase, copies.at(-1)!)
  }
  return copies
}

test('an older copy of the chain takes its anchors back at once, and they are made again', async () => {
  const [old] = await anchorEach(4)
  copyFileSync(old!, join(folder, 'node.sqlite'))
  const opened = await open()
  expect(await anchored(opened)).toBe(1)
  expect(await verdictOf(opened, 1)).toMatchObject({ intact: true, complete: true, state: 'anchored' })
  for (const first of [2, 3, 4]) {
    expect((await opened.city.evidence({ stream: 'bridge/load', first })).anchor).toBeNull()
    expect(await verdictOf(opened, first)).toMatchObject({ intact: true, state: 'logged' })
  }
  await opened.city.anchor()
  for (let blocks = 0; blocks < 8 && (await anchored(opened)) < 4; blocks++) {
    await opened.node.mineBlock()
    await opened.city.anchor()
  }
  expect(await anchored(opened)).toBe(4)
  for (const first of [1, 2, 3, 4])
    expect(await verdictOf(opened, first)).toMatchObject({ intact: true, complete: true, state: 'anchored' })
  await append(opened, [5])
  expect(await opened.settle()).toBe(true)
  expect((await opened.city.anchors.list(9)).map(({ serial, size }) => [serial, size])).toEqual([
    [5, 5],
    [4, 4],
    [3, 3],
    [2, 2],
    [1, 1],
  ])
  expect(faults).toEqual([])
})

test('a copy of the chain from before its first anchor starts the line of anchors again', async () => {
  const empty = await open()
  const { nodeDatabase } = empty.folder
  await empty.close()
  copyFileSync(nodeDatabase, `${nodeDatabase}.0`)
  await anchorEach(2)
  copyFileSync(`${nodeDatabase}.0`, nodeDatabase)
  const opened = await open()
  expect(await anchored(opened)).toBe(0)
  expect(await verdictOf(opened, 2)).toMatchObject({ intact: true, state: 'logged' })
  expect(await opened.settle()).toBe(true)
  expect(await anchored(opened)).toBe(2)
  for (const first of [1, 2])
    expect(await verdictOf(opened, first)).toMatchObject({ intact: true, complete: true, state: 'anchored' })
  expect(faults).toEqual([])
})
