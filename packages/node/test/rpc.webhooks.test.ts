import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FullNode } from '../src/full-node/index.ts'
import { RpcService } from '../src/rpc/rpc-service.ts'
import { Delivery, QUEUE_LENGTH_MAX, QUEUE_MAX } from '../src/rpc/webhooks/delivery.ts'
import { type CommandedNode, startCommandedNode } from './commanded-node.ts'
import { type HookBody, type HookReceiver, startHookReceiver } from './hook-receiver.ts'

const WAIT = { timeout: 30_000, interval: 20 }
let receiver: HookReceiver

beforeAll(async () => {
  receiver = await startHookReceiver()
})
afterAll(() => receiver.close())
beforeEach(() => {
  receiver.events.length = 0
  receiver.refusals = 0
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
    await run(`webhooks action:add filter:MINING hook:${receiver.url}`)
    await node.node.mineBlock()
    await expect.poll(() => receiver.named('MINING').map(({ data }) => data.mining), WAIT).toEqual([true, false])
    const [, end] = receiver.named('MINING')
    expect(end?.data.txpow).toMatchObject({ txpowid: node.node.tip()!.id })
  })

  test('a unit of the wallet is told when it is there, before a block lists it', async () => {
    await run(`webhooks action:add filter:NEWTXPOW hook:${receiver.url}`)
    const before = node.node.tip()!.number
    const { response } = await run(`send address:${await node.node.address()} amount:1 mine:true`)
    await expect.poll(() => receiver.named('NEWTXPOW').length, WAIT).toBe(1)
    expect(receiver.events[0]?.data).toMatchObject({ relevant: true, txpow: { txpowid: response.txpowid } })
    expect(node.node.tip()!.number).toBeLessThanOrEqual(before + 1)
  })

  test('messages come to hooks as to applications', async () => {
    await run(`webhooks action:add filter:MAXIMA hook:${receiver.url}`)
    const { response } = await run('maxima')
    const sent = await run(`maxima action:send to:${String(response.contact)} application:lamps data:0xCAFE`)
    expect(sent).toMatchObject({ status: true, response: { delivered: true } })
    await expect.poll(() => receiver.named('MAXIMA').length, WAIT).toBe(1)
    expect(receiver.named('MAXIMA')[0]?.data).toMatchObject({
      application: 'lamps',
      data: '0xCAFE',
      from: response.publickey,
    })
  })

  test('what was delivered, repeated and dropped is counted', async () => {
    receiver.refusals = 1
    await run(`webhooks action:add filter:NEWBLOCK hook:${receiver.url}`)
    await node.node.mineBlock()
    await expect.poll(() => receiver.named('NEWBLOCK').length, WAIT).toBe(1)
    await expect
      .poll(async () => (await run('webhooks action:deliveries')).response.deliveries, WAIT)
      .toEqual([{ hook: `NEWBLOCK#${receiver.url}`, waiting: 0, delivered: 1, retried: 1, dropped: 0 }])
  })

  test('a filter lets only the events pass whose name holds it', async () => {
    await run(`webhooks action:add filter:NEWB hook:${receiver.url}`)
    await node.node.mineBlock()
    await expect.poll(() => receiver.named('NEWBLOCK').length, WAIT).toBe(1)
    expect(receiver.events.every(({ event }) => event.includes('NEWB'))).toBe(true)
  })
})

describe('hooks of the command interface', () => {
  let commanded: CommandedNode
  /** The interface anew, over the node that goes on. */
  const again = (): RpcService => new RpcService(commanded.node, { port: 0, folder: commanded.folder }, commanded)
  const blockOf = ({ data }: HookBody): number => Number((data.txpow as { header: { block: string } }).header.block)
  const blocks = (): number[] => receiver.named('NEWBLOCK').map(blockOf)

  beforeAll(async () => {
    commanded = await startCommandedNode({ blocks: 3 })
  })
  afterAll(() => commanded.stop())
  afterEach(() => commanded.run('webhooks action:clear'))

  test('a receiver that fails at first gets every event, in order', async () => {
    const { node, run, mine } = commanded
    receiver.refusals = 2
    expect(await run(`webhooks action:add filter:NEWBLOCK hook:${receiver.url}`)).toMatchObject({
      response: { webhooks: [`NEWBLOCK#${receiver.url}`] },
    })
    await mine(2)
    await expect.poll(() => receiver.events.length, WAIT).toBe(2)
    const tip = node.tip()!.number
    expect(blocks()).toEqual([tip - 1, tip])
  })

  test('coins at an address of interest are told with their state', async () => {
    const { run, mine } = commanded
    const { response } = await run('newscript trackall:false script:"RETURN STATE(1) EQ 5"')
    const { address } = response as { address: string }
    await run(`coinnotify action:add address:${address}`)
    await run(`webhooks action:add filter:NOTIFYCOIN hook:${receiver.url}`)
    await mine(3)
    expect(await run(`send address:${address} amount:2 state:{"0":"[lamp 7]"} mine:true`)).toMatchObject({
      status: true,
    })
    await mine(1)
    await expect.poll(() => receiver.events.length, WAIT).toBe(1)
    expect(receiver.events[0]).toMatchObject({
      event: 'NOTIFYCOIN',
      data: { address, spent: false, coin: { state: { 0: '[lamp 7]' } } },
    })
  })

  test('blocks that leave the tree are told in order, with their transactions and the coins of interest', async () => {
    // Trees of this network hold few blocks.
    const { node, run, mine, stop } = await startCommandedNode({ network: 'test', blocks: 4 })
    const { address } = (await run('newscript trackall:false script:"RETURN STATE(1) EQ 6"')).response as {
      address: string
    }
    await run(`coinnotify action:add address:${address}`)
    const sent = await run(`send address:${address} amount:2 mine:true`)
    const { txpowid } = sent.response as { txpowid: string }
    await mine(1)
    await run(`webhooks action:add filter:NOTIFYCASCADE hook:${receiver.url}`)
    const root = node.parts().chain.tree.root!.number
    await mine(50)
    const left = node.parts().chain.tree.root!.number
    expect(left).toBeGreaterThan(root)
    const finals = (): number[] => receiver.named('NOTIFYCASCADEBLOCK').map(blockOf)
    await expect.poll(() => finals().length, WAIT).toBe(left - root)
    expect(finals()).toEqual(Array.from({ length: left - root }, (_, index) => root + index))
    expect(receiver.named('NOTIFYCASCADETXN').map(({ data }) => data.txpowid)).toContain(txpowid)
    expect(receiver.named('NOTIFYCASCADECOIN').map(({ data }) => [data.address, data.spent])).toEqual([
      [address, false],
    ])
    await stop()
  })

  test('a hook that is no web address is refused, and hooks outlive a restart of the interface', async () => {
    expect(await commanded.run('webhooks action:add hook:file:///etc/passwd')).toMatchObject({ status: false })
    await commanded.run('webhooks action:add hook:http://127.0.0.1:9/x')
    const second = again()
    expect(JSON.parse(await second.run('webhooks'))).toMatchObject({
      response: { webhooks: ['#http://127.0.0.1:9/x'] },
    })
    await second.stop()
  })

  test('what waits at a stop goes out in order after the next start, and once only', async () => {
    const { node, mine } = commanded
    receiver.refusals = Number.POSITIVE_INFINITY
    const first = again()
    await first.run(`webhooks action:add filter:NEWBLOCK hook:${receiver.url}`)
    await mine(3)
    await first.stop()
    receiver.refusals = 0
    const second = again()
    await mine(1)
    await expect.poll(() => receiver.events.length, WAIT).toBe(4)
    const tip = node.tip()!.number
    expect(blocks()).toEqual([tip - 3, tip - 2, tip - 1, tip])
    await second.stop()
    const third = again()
    expect(JSON.parse(await third.run('webhooks action:deliveries'))).toMatchObject({
      response: { deliveries: [{ hook: `NEWBLOCK#${receiver.url}`, waiting: 0 }] },
    })
    await third.stop()
  })
})

describe('deliveries', () => {
  test('an event that nobody takes is given up after the last attempt, is counted, and told once', async () => {
    receiver.refusals = Number.POSITIVE_INFINITY
    const told: unknown[] = []
    const delivery = new Delivery(receiver.url, { failed: (error) => told.push(error), retryDelaysMs: [1, 1] })
    delivery.push('{"event":"A"}')
    delivery.push('{"event":"B"}')
    await expect.poll(() => delivery.counts, WAIT).toEqual({ waiting: 0, delivered: 0, retried: 4, dropped: 2 })
    expect(told).toHaveLength(1)
    receiver.refusals = 0
    delivery.push('{"event":"C"}')
    await expect.poll(() => delivery.counts.delivered, WAIT).toBe(1)
    expect(receiver.events.map(({ event }) => event)).toEqual(['C'])
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
