import { randomBytes as random } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
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
