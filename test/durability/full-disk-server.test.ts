import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createMerkleHash, formatPack, fsckLog, type Pack } from '@minipolis/city'
import { nodeEd25519, nodeSha256 } from '@minipolis/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DetectorWeek, IMPORT_OPTIONS, makeWeek } from './detector-week.ts'
import { type Door, FieldDevice, post } from './field-device.ts'
import { inspectAnchors, inspectChain } from './inspect-chain.ts'
import { openQuiet } from './inspect-city.ts'
import { minipolis } from './program.ts'
import { SmallDisk } from './small-disk.ts'
import { Violations } from './violations.ts'

const DISK_MEGABYTES = 40
const PACK_READINGS = 500
/** Far more than the write-ahead log has room for on a full disk. */
const PACKS_MAX = 400
const STREAM = 'meter/0'
const DETECTORS = 10
const ROWS = 1_000

let place: string
let disk: SmallDisk | undefined
let week: DetectorWeek
let server: ChildProcess | undefined

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'minipolis-disk-'))
  week = makeWeek(join(place, 'week.csv'), DETECTORS, ROWS)
  disk = SmallDisk.mount(join(place, 'disk'), DISK_MEGABYTES)
})
afterAll(async () => {
  if (server && server.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit')
  disk?.unmount()
  rmSync(place, { recursive: true, force: true })
})

test('a server on a full disk refuses by name what it cannot keep, stays up, and takes it when there is room', async (context) => {
  if (!disk) return context.skip('only root may mount a small disk')
  const folder = join(disk.path, 'city')
  server = spawn(process.execPath, [join(import.meta.dirname, 'server-victim.ts'), folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(createInterface(server.stdout!), 'line')) as [string]
  const door = JSON.parse(line) as Door
  const device = new FieldDevice('meter')
  expect((await device.enrol(door, [{ id: STREAM, unit: 'W' }])).status).toBe(200)

  const signer = device.signer(STREAM)
  let second = Date.now() - 3_600_000
  const nextPack = (): Pack =>
    signer.sign(Array.from({ length: PACK_READINGS }, () => ({ timeMs: ++second, value: `${second}.0` })))
  const send = (pack: Pack) => post(`${door.url}/v1/packs`, { body: formatPack(pack) })
  const tip = async (): Promise<number> => {
    const { tip } = (await (await fetch(`${door.url}/v1/status`)).json()) as {
      readonly tip: { readonly number: number }
    }
    return tip.number
  }

  expect((await send(nextPack())).status).toBe(200)
  disk.fill()
  let taken = 1
  let refused: Pack | undefined
  for (; !refused && taken < PACKS_MAX; ) {
    const pack = nextPack()
    const answer = await send(pack)
    if (answer.status === 200) taken++
    else {
      expect(answer).toMatchObject({ status: 507, type: /problem\+json/, body: { code: 'disk-full' } })
      refused = pack
    }
  }
  expect(refused).toBeDefined()
  expect(await send(refused!)).toMatchObject({ status: 507, body: { code: 'disk-full' } })
  const imported = () => minipolis('import', week.file, ...IMPORT_OPTIONS, '--data', folder, '--json')
  const broken = await imported()
  expect(broken).toMatchObject({ code: 1, out: '' })
  expect(broken.err).toMatch(/disk of the city is full/)
  const metrics = await (await fetch(`${door.url}/metrics`)).text()
  expect(Number(/^minipolis_intake_failed_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(2)
  expect(metrics).toMatch(/minipolis_http_requests_total\{.*status="507".*\} 2/)

  disk.empty()
  const heightBefore = await tip()
  expect(await send(refused!)).toMatchObject({ status: 200, body: { missing: 0, duplicate: false } })
  expect(await send(nextPack())).toMatchObject({ status: 200, body: { missing: 0 } })
  const done = await imported()
  expect(done.err).toBe('')
  expect(JSON.parse(done.out)).toMatchObject({ read: DETECTORS * ROWS, quarantined: 0 })
  await vi.waitFor(async () => expect(await tip()).toBeGreaterThan(heightBefore + 1), { timeout: 60_000 })
  server.kill('SIGKILL')
  await once(server, 'exit')

  const found = new Violations()
  const open = await openQuiet(folder, found)
  const { city, node } = open
  inspectChain(node, found)
  await inspectAnchors(open, found)
  const size = (taken + 2) * PACK_READINGS + DETECTORS * ROWS
  const parts = { store: city.logStore, mark: open.mark, key: city.log.key, hash: createMerkleHash(nodeSha256) }
  expect(await fsckLog({ ...parts, ed25519: nodeEd25519 })).toMatchObject({ clean: true, size })
  await open.close()
  expect(found.list).toEqual([])
}, 120_000)
