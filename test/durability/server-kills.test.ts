import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { createMerkleHash, formatPack, fsckLog, type Pack } from '@minipolis/city'
import { nodeEd25519, nodeSha256 } from '@minipolis/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawsAt } from '../../packages/cli/src/simulator/random.ts'
import { type Door, FieldDevice, post } from './field-device.ts'
import { inspectAnchors, inspectChain } from './inspect-chain.ts'
import { openQuiet } from './inspect-city.ts'
import { Violations } from './violations.ts'

const KILLS = 4
const STREAMS = 8
/** Packs that a life acknowledges at most before its last moments, and how long those are. */
const PACKS_MAX = 100
const LAST_MS_MAX = 20

let place: string
const living = new Set<ChildProcess>()
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'minipolis-server-kills-'))
})
afterAll(() => {
  for (const child of living) child.kill('SIGKILL')
  rmSync(place, { recursive: true, force: true })
})

/** Where a server says it listens. */
async function doorOf(out: Readable): Promise<Door> {
  for await (const line of createInterface(out)) return JSON.parse(line) as Door
  expect.unreachable('the server ended before it listened')
}

/** What a device must keep over everything: packs that nobody acknowledged yet, and the place behind the acknowledged ones. */
class Sender {
  readonly stream: string
  readonly #device: FieldDevice
  readonly #signer: ReturnType<FieldDevice['signer']>
  #waiting: Pack | undefined
  /** Values of the readings that the city acknowledged, in their order. */
  readonly acknowledged: string[] = []
  /** Receipts that called a pack that was sent again a duplicate. */
  duplicates = 0

  constructor(device: FieldDevice, stream: string) {
    this.#device = device
    this.stream = stream
    this.#signer = device.signer(stream)
  }

  /** Sends one pack after the other until the city is gone. */
  async run(door: Door, onAcknowledged: () => void): Promise<void> {
    for (;;) {
      const value = `${this.acknowledged.length}.${this.#device.id.length}0`
      this.#waiting ??= this.#signer.sign([{ timeMs: Date.now(), value }])
      let answer: Awaited<ReturnType<typeof post>>
      try {
        answer = await post(`${door.url}/v1/packs`, { body: formatPack(this.#waiting) })
      } catch {
        return
      }
      expect(answer).toMatchObject({ status: 200, body: { first: this.acknowledged.length + 1, missing: 0 } })
      if (answer.body.duplicate) this.duplicates++
      this.acknowledged.push(value)
      this.#waiting = undefined
      onAcknowledged()
    }
  }
}

test(`a server killed ${KILLS} times while devices send has every reading it acknowledged, once and in order`, async () => {
  const folder = join(place, 'city')
  const draw = drawsAt('server kills', 0)
  const device = new FieldDevice('meter')
  const senders = Array.from({ length: STREAMS }, (_, at) => new Sender(device, `meter/${at}`))
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'server-victim.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    living.add(child)
    const door = await doorOf(child.stdout)
    const enrolled = await device.enrol(
      door,
      senders.map(({ stream }) => ({ id: stream, unit: 'W' })),
    )
    expect(enrolled.status).toBe(200)
    let left = 1 + draw(PACKS_MAX)
    const lastMs = draw(LAST_MS_MAX)
    const count = () => {
      if (--left === 0) setTimeout(() => child.kill('SIGKILL'), lastMs)
    }
    await Promise.all([once(child, 'exit'), ...senders.map((sender) => sender.run(door, count))])
  }

  const found = new Violations()
  const open = await openQuiet(folder, found)
  const { city, node } = open
  inspectChain(node, found)
  await inspectAnchors(open, found)
  let total = 0
  for (const { stream, acknowledged } of senders) {
    const records = await city.records.bySequence(await city.streams.get(stream), { limit: 10_000 })
    total += records.length
    expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, at) => at + 1))
    expect(records.slice(0, acknowledged.length).map(({ value }) => value)).toEqual(acknowledged)
    // At most the one pack whose acknowledgement the kill cut off.
    expect(records.length - acknowledged.length).toBeLessThanOrEqual(1)
  }
  expect(total).toBeGreaterThan(STREAMS * KILLS)
  const parts = { store: city.logStore, mark: open.mark, key: city.log.key, hash: createMerkleHash(nodeSha256) }
  expect(await fsckLog({ ...parts, ed25519: nodeEd25519 })).toMatchObject({ clean: true, size: total })
  await open.close()
  expect(found.list).toEqual([])
}, 120_000)
