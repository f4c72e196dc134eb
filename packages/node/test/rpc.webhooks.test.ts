import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FullNode } from '../src/full-node/index.ts'
import { RpcService } from '../src/rpc/rpc-service.ts'
import { Delivery, QUEUE_LENGTH_MAX, QUEUE_MAX } from '../src/rpc/webhooks/delivery.ts'
import { startCommandedNode } from './commanded-node.ts'

interface HookBody {
  readonly event: string
  readonly data: { readonly [name: string]: unknown }
}

const WAIT = { timeout: 30_000, interval: 20 }
const events: HookBody[] = []
/** Requests that are still to be answered with an error. */
let refusals = 0
let receiver: Server
let url: string

const named = (name: string): HookBody[] => events.filter(({ event }) => event === name)

beforeAll(async () => {
  receiver = createServer((incoming, response) => {
    let body = ''
    incoming.on('data', (chunk) => {
      body += chunk
    })
    incoming.on('end', () => {
      if (refusals > 0) {
        refusals--
        response.statusCode = 503
      } else events.push(JSON.parse(body))
      response.end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
})
afterAll(() => receiver.close())
beforeEach(() => {
  events.length = 0
  refusals = 0
})

describe('events of a node', () => {
  let folder: string
  let node: FullNode
  const faults: unknown[] = []
  const run = async (line: string): Promise<{ status: boolean; response: { [name: string]: unknown } }> =>
    JSON.parse(await node.run(line))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minipolis-hooks-'))
    node = new FullNode(
      { network: 'dev', file: ':memory:', folder, automine: 'off', peers: { bind: '127.0.0.1', port: 0 } },
      { now: Date.now, random: (size) => new Uint8Array(randomBytes(size)), failed: (error) => faults.push(error) },
    )
    await node.start()
    for (let i = 0; i < 4; i++) await node.node.mineBlock()
  })
  afterAll(async () => {
    await node.stop()
    await rm(folder, { recursive: true })
  })
  afterEach(() => run('webhooks action:clear'))

  test('mining is told when it begins and when it ends', async () => {
    await run(`webhooks action:add filter:MINING hook:${url}`)
    await node.node.mineBlock()
    await expect.poll(() => named('MINING').map(({ data }) => data.mining), WAIT).toEqual([true, false])
    const [, end] = named('MINING')
    expect(end?.data.txpow).toMatchObject({ txpowid: node.node.tip()!.id })
  })

  test('a unit of the wallet is told when it is there, before a block lists it', async () => {
    await run(`webhooks action:add filter:NEWTXPOW hook:${url}`)
    const before = node.node.tip()!.number
    const { response } = await run(`send address:${await node.node.address()} amount:1 mine:true`)
    await expect.poll(() => named('NEWTXPOW').length, WAIT).toBe(1)
    expect(events[0]?.data).toMatchObject({ relevant: true, txpow: { txpowid: response.txpowid } })
    expect(node.node.tip()!.number).toBeLessThanOrEqual(before + 1)
  })

  test('messages come to hooks as to applications', async () => {
    await run(`webhooks action:add filter:MAXIMA hook:${url}`)
    const { response } = await run('maxima')
    const sent = await run(`maxima action:send to:${String(response.contact)} application:lamps data:0xCAFE`)
    expect(sent).toMatchObject({ status: true, response: { delivered: true } })
    await expect.poll(() => named('MAXIMA').length, WAIT).toBe(1)
    expect(named('MAXIMA')[0]?.data).toMatchObject({ application: 'lamps', data: '0xCAFE', from: response.publickey })
  })

  test('what was delivered, repeated and dropped is counted', async () => {
    refusals = 1
    await run(`webhooks action:add filter:NEWBLOCK hook:${url}`)
    await node.node.mineBlock()
    await expect.poll(() => named('NEWBLOCK').length, WAIT).toBe(1)
    await expect
      .poll(async () => (await run('webhooks action:deliveries')).response.deliveries, WAIT)
      .toEqual([{ hook: `NEWBLOCK#${url}`, waiting: 0, delivered: 1, retried: 1, dropped: 0 }])
  })

  test('a filter lets only the events pass whose name holds it', async () => {
    await run(`webhooks action:add filter:NEWB hook:${url}`)
    await node.node.mineBlock()
    await expect.poll(() => named('NEWBLOCK').length, WAIT).toBe(1)
    expect(events.every(({ event }) => event.includes('NEWB'))).toBe(true)
  })
})

test('what waits at a stop goes out in order after the next start, and once only', async () => {
  const { node, service, now, random, folder, run, mine, stop } = await startCommandedNode({ blocks: 3 })
  refusals = Number.POSITIVE_INFINITY
  await run(`webhooks action:add filter:NEWBLOCK hook:${url}`)
  await mine(3)
  await service.stop()
  refusals = 0
  const again = new RpcService(node, { port: 0, folder }, { now, random })
  await mine(1)
  await expect.poll(() => named('NEWBLOCK').length, WAIT).toBe(4)
  const tip = node.tip()!.number
  const told = named('NEWBLOCK').map(({ data }) => (data.txpow as { header: { block: string } }).header.block)
  expect(told.map(Number)).toEqual([tip - 3, tip - 2, tip - 1, tip])
  await again.stop()
  const third = new RpcService(node, { port: 0, folder }, { now, random })
  expect(JSON.parse(await third.run('webhooks action:deliveries'))).toMatchObject({
    response: { deliveries: [{ hook: `NEWBLOCK#${url}`, waiting: 0 }] },
  })
  await third.stop()
  await stop()
})

describe('deliveries', () => {
  test('an event that nobody takes is given up after the last attempt, is counted, and told once', async () => {
    refusals = Number.POSITIVE_INFINITY
    const told: unknown[] = []
    const delivery = new Delivery(url, { failed: (error) => told.push(error), retryDelaysMs: [1, 1] })
    delivery.push('{"event":"A"}')
    delivery.push('{"event":"B"}')
    await expect.poll(() => delivery.counts, WAIT).toEqual({ waiting: 0, delivered: 0, retried: 4, dropped: 2 })
    expect(told).toHaveLength(1)
    refusals = 0
    delivery.push('{"event":"C"}')
    await expect.poll(() => delivery.counts.delivered, WAIT).toBe(1)
    expect(events.map(({ event }) => event)).toEqual(['C'])
    delivery.stop()
  })

  test('large events count by their length too', () => {
    const delivery = new Delivery('http://127.0.0.1:9/', { failed: () => undefined })
    const third = 'x'.repeat(Math.floor(QUEUE_LENGTH_MAX / 3))
    for (let i = 0; i < 6; i++) delivery.push(third)
    expect(delivery.counts).toMatchObject({ waiting: 1 + 3, dropped: 2 })
    expect(delivery.stop()).toHaveLength(4)
    expect(delivery.counts.waiting).toBe(0)
  })

  test('of more events than may wait the oldest are dropped, and counted', () => {
    const told: unknown[] = []
    const delivery = new Delivery('http://127.0.0.1:9/', { failed: (error) => told.push(error) })
    for (let i = 0; i < QUEUE_MAX + 8; i++) delivery.push(`{"event":"${i}"}`)
    // One is on its way already.
    expect(delivery.counts).toMatchObject({ waiting: QUEUE_MAX + 1, dropped: 7 })
    expect(told).toHaveLength(1)
    delivery.stop()
  })
})
