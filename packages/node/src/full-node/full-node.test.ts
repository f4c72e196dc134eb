import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FullNode, type FullNodeOptions } from './full-node.ts'
import { builtInNetwork, networkOptions, parseNetworkFile } from './network-definition.ts'
import { inspectNodeFolder, openNodeFolder } from './node-folder.ts'
import { announceNode, findNode, withdrawNode } from './running-node.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-full-node-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const faults: unknown[] = []
const create = (options: Partial<FullNodeOptions> = {}): FullNode =>
  new FullNode(
    { network: 'dev', file: join(folder, 'node.sqlite'), folder, automine: 'off', ...options },
    { now: Date.now, random: (size) => new Uint8Array(randomBytes(size)), failed: (error) => faults.push(error) },
  )

const harbour = JSON.stringify({
  name: 'harbour',
  base: 'test',
  connect: ['10.1.2.3:9001'],
  seeds: ['[2001:db8::7]:9001'],
  megammr: true,
  parameters: { blockSpeed: '0.2', cascadeStartDepthBlocks: 64 },
})

describe('a full node', () => {
  test('answers commands over HTTP, keeps who it is in messaging, and starts and stops as often as it is told', async () => {
    const node = create({ rpc: { port: 0 }, peers: { bind: '127.0.0.1', port: 0 } })
    await Promise.all([node.start(), node.start()])
    const reply = await (await fetch(`${node.rpcUrl}/status`)).json()
    expect(reply).toMatchObject({ command: 'status', status: true, response: { chain: { block: 1 } } })
    expect(node.port).toBeGreaterThan(0)
    const key = node.maxima!.publicKey
    await Promise.all([node.stop(), node.stop()])
    await node.stop()
    expect(node.rpcUrl).toBeUndefined()
    await expect(node.run('status')).rejects.toMatchObject({ code: 'not-running' })
    await node.start()
    expect(node.maxima!.publicKey).toBe(key)
    expect(JSON.parse(await node.run('block'))).toMatchObject({ status: true })
    await node.stop()
    expect(faults).toEqual([])
  })

  test('lets go of everything when its command port cannot be had', async () => {
    const first = create({ rpc: { port: 0 } })
    await first.start()
    const other = join(folder, 'other.sqlite')
    const port = Number(new URL(first.rpcUrl!).port)
    await expect(create({ file: other, rpc: { port } }).start()).rejects.toMatchObject({ code: 'unavailable' })
    const again = create({ file: other })
    await again.start()
    await again.stop()
    await first.stop()
  })

  test('stops when the command quit comes', async () => {
    const node = create({ rpc: { port: 0 } })
    await node.start()
    expect(await (await fetch(`${node.rpcUrl}/quit`)).json()).toMatchObject({ status: true })
    await expect.poll(() => node.node.isRunning).toBe(false)
    await node.stop()
  })
})

describe('a network file', () => {
  test('makes a network of its own from a base, which a node runs and its folder remembers', async () => {
    const network = parseNetworkFile(harbour, 'harbour.json')
    expect(network).toMatchObject({ name: 'harbour', base: 'test', connect: [{ host: '10.1.2.3', port: 9001 }] })
    expect(network.seeds).toEqual([{ host: '2001:db8::7', port: 9001 }])
    expect(network.parameters.blockSpeed.toString()).toBe('0.2')
    expect(networkOptions(network).megaMMR).toBe(true)
    expect(networkOptions(builtInNetwork('test'))).toEqual({ network: 'test' })
    expect(network.parameters.version).toBe(builtInNetwork('test').parameters.version)
    const place = openNodeFolder(join(folder, 'node'), network)
    const node = create({ ...networkOptions(network), file: place.database })
    await node.start()
    expect(node.node.blockTimeMs).toBe(5000)
    await node.stop()
    expect(inspectNodeFolder(place.path)?.parameters.cascadeStartDepthBlocks).toBe(64)
    expect(openNodeFolder(place.path, undefined).network.name).toBe('harbour')
    await expect(create({ network: 'test', file: place.database }).start()).rejects.toMatchObject({
      code: 'wrong-network',
    })
    const changed = parseNetworkFile(harbour.replace('0.2', '0.3'), 'harbour.json')
    expect(() => openNodeFolder(place.path, changed)).toThrow(/belongs to network harbour with other parameters/)
    expect(() => openNodeFolder(place.path, builtInNetwork('main'))).toThrow(/belongs to network harbour, not main/)
  })

  test.each([
    ['{', /is no JSON/],
    ['[]', /must be an object/],
    ['{"name":"main","base":"test"}', /needs a name of its own/],
    ['{"name":"Harbour!","base":"test"}', /needs a name of its own/],
    ['{"name":"a","base":"moon"}', /needs a base/],
    ['{"name":"a","base":"test","colour":1}', /has no member colour/],
    ['{"name":"a","base":"test","connect":["x"]}', /connect: "x" is no address/],
    ['{"name":"a","base":"test","connect":"x:1"}', /connect must be a list/],
    ['{"name":"a","base":"test","seeds":["::1:9001"]}', /seeds: "::1:9001" is no address/],
    ['{"name":"a","base":"test","megammr":"yes"}', /megammr must be true or false/],
    ['{"name":"a","base":"test","parameters":[]}', /parameters must be an object/],
    ['{"name":"a","base":"test","parameters":{"version":"2"}}', /parameters has no version/],
    ['{"name":"a","base":"test","parameters":{"blockSpeed":0.2}}', /blockSpeed must be blocks per second as text/],
    ['{"name":"a","base":"test","parameters":{"blockSpeed":"fast"}}', /blockSpeed must be/],
    ['{"name":"a","base":"test","parameters":{"blockSpeed":"0"}}', /blockSpeed must be/],
    ['{"name":"a","base":"test","parameters":{"medianBlocks":1.5}}', /medianBlocks must be a whole number from 1/],
    ['{"name":"a","base":"test","parameters":{"speedWindowBlocks":32}}', /must be below cascadeStartDepthBlocks/],
    ['{"name":"a","base":"test","parameters":{"medianBlocks":16}}', /must be below half/],
  ])('is refused with a reason: %s', (text, reason) => {
    expect(() => parseNetworkFile(text, 'net.json')).toThrow(reason)
  })
})

describe('the folder of a node', () => {
  test('is not made among foreign files, nor opened while a node runs on it', async () => {
    writeFileSync(join(folder, 'letter.txt'), 'hello')
    expect(() => openNodeFolder(folder, undefined)).toThrow(/holds letter.txt and no node/)
    const { path, database } = openNodeFolder(join(folder, 'node'), undefined)
    const node = create({ file: database, folder: path })
    await node.start()
    announceNode(path, { pid: process.pid, network: 'dev', url: 'http://127.0.0.1:1', port: 0 })
    expect(findNode(path)).toEqual({ pid: process.pid, network: 'dev', url: 'http://127.0.0.1:1', port: 0 })
    expect(() => openNodeFolder(path, undefined)).toThrow(/a node runs on .* already/)
    await node.stop()
    // A node that was killed leaves its number behind, which another process may have by now.
    expect(openNodeFolder(path, undefined).path).toBe(path)
    withdrawNode(path)
    expect(findNode(path)).toBeUndefined()
    writeFileSync(join(path, 'minima-node.json'), '{"format":"other"}')
    expect(() => openNodeFolder(path, undefined)).toThrow(/is of no version/)
  })

  test('takes up a restored database at the next start, and keeps the old one beside it', async () => {
    const place = openNodeFolder(join(folder, 'node'), undefined)
    const node = create({ file: place.database, folder: place.path })
    await node.start()
    const block = node.node.tip()!.id
    // Refused until the wallet's first keys are made.
    const backup = async () => JSON.parse(await node.run('backup file:a.bak password:secret'))
    await expect.poll(backup, { timeout: 20_000, interval: 300 }).toMatchObject({ status: true })
    const keysOf = (of: FullNode) =>
      of.node
        .parts()
        .wallet.keys.defaults()
        .map(({ publicKey }) => publicKey)
    const keys = keysOf(node)
    await node.node.mineBlock()
    expect(JSON.parse(await node.run('restore file:a.bak password:secret'))).toMatchObject({ status: true })
    await node.stop()
    openNodeFolder(place.path, undefined)
    const restored = create({ file: place.database, folder: place.path })
    await restored.start()
    expect(restored.node.tip()!.id).toBe(block)
    expect(keysOf(restored)).toEqual(keys)
    expect(keys.length).toBeGreaterThan(0)
    await restored.stop()
    expect(existsSync(join(place.path, 'before-restore.sqlite'))).toBe(true)
  }, 30_000)
})
