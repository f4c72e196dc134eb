import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNode, type RunningNode } from '@minipolis/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hasOpenssl, makeCertificate } from '../../server/test/certificate.ts'
import { indentJson } from '../src/network/indent-json.ts'
import { openFolder } from './folders.ts'
import { run as runCommand, type Transcript } from './transcript.ts'

let folder: string
const running = new Map<string, Promise<Transcript>>()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-node-'))
})
afterEach(async () => {
  for (const [name, ended] of running) {
    if (findNode(at(name))) await quit(name)
    await ended
  }
  running.clear()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...args: string[]): Promise<Transcript> => runCommand(args, { openCity: openFolder })
const at = (name: string): string => join(folder, name)

/** Starts a node in this process; it ends by the command quit. */
async function start(name: string, ...args: string[]): Promise<RunningNode & { readonly ended: Promise<Transcript> }> {
  const ended = run('node', 'start', '-d', at(name), '--port', '0', '--bind', '127.0.0.1', '--rpc', '0', ...args)
  running.set(name, ended)
  const found = await Promise.race([
    expect
      .poll(() => findNode(at(name)), { timeout: 20_000 })
      .toBeDefined()
      .then(() => findNode(at(name))),
    ended.then(({ err }) => Promise.reject(new Error(err))),
  ])
  return { ...found!, ended }
}

const quit = (name: string): Promise<Transcript> => run('node', 'rpc', '-d', at(name), '--json', 'quit')
const status = async (name: string) => JSON.parse((await run('node', 'status', '-d', at(name), '--json')).out)

const tipOf = async (name: string): Promise<string> => (await status(name)).tip?.id

describe('minipolis node', () => {
  test('runs a node that another one joins: status, peers and commands tell of it, and it stops with all it has', async () => {
    const first = await start('first')
    const second = await start('second', '--connect', `127.0.0.1:${first.port}`, '--no-listen', '--mine', 'off')
    await expect
      .poll(async () => (await tipOf('second')) === (await tipOf('first')), { timeout: 20_000, interval: 300 })
      .toBe(true)
    expect(await status('second')).toMatchObject({ network: 'dev', peers: 1, mempool: 0, url: second.url, port: 0 })

    const peers = await run('node', 'peers', '-d', at('second'))
    expect(peers).toMatchObject({ code: 0, err: '' })
    expect(peers.out).toMatch(
      new RegExp(`^ID  WAY  ADDRESS +STATE    SINCE\n +\\d+  out  127\\.0\\.0\\.1:${first.port} +greeted  .*\n$`),
    )
    expect(JSON.parse((await run('node', 'peers', '-d', at('first'), '--json')).out)).toMatchObject([
      { direction: 'in', greeted: true },
    ])

    const block = await run('node', 'rpc', '-d', at('second'), 'block')
    expect(block.out).toMatch(/^\{\n {2}"command": "block",\n {2}"status": true,\n/)
    expect(await run('node', 'rpc', '-d', at('second'), 'fly')).toMatchObject({
      code: 1,
      out: expect.stringContaining('"error": "Command not found"'),
      err: 'minipolis: the node refuses: Command not found\n',
    })
    expect(await run('node', 'start', '-d', at('second'))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^minipolis: a node runs on .*second already: process \d+\n$/),
    })

    await quit('second')
    const { code, out, err } = await second.ended
    expect({ code, err }).toEqual({ code: 0, err: 'stopping: what was begun is being finished\n' })
    expect(out).toMatch(
      /^the node runs; stop it with Ctrl\+C\nnetwork {2}dev\npeers {4}accepted from nowhere\nRPC +http:/,
    )
    await quit('first')
    expect((await first.ended).out).toContain(`peers    accepted at 127.0.0.1:${first.port}\n`)

    const before = await status('second')
    expect(before).toMatchObject({ tip: { number: expect.any(Number) }, peers: 0 })
    expect(before).not.toHaveProperty('url')
    expect((await run('node', 'status', '-d', at('second'))).out).toMatch(
      /^network {2}dev\ntip {6}block \d+, .*\nmempool {2}0 transactions\npeers {4}not running\nRPC {6}not running\n$/,
    )
    const offline = await run('node', 'rpc', '-d', at('second'), '--json', 'block')
    expect(JSON.parse(offline.out)).toMatchObject({ response: { block: String(before.tip.number) } })
    expect(await run('node', 'peers', '-d', at('second'))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^minipolis: no node runs on .*second that could be asked\n {2}hint: start one/),
    })
  }, 90_000)

  test('demands the password that it was given, which the owner of the folder need not say', async () => {
    const node = await start('safe', '--rpc-password', 'a long one')
    expect((await fetch(node.url)).status).toBe(401)
    expect(await status('safe')).toMatchObject({ network: 'dev', url: node.url })
    await quit('safe')
    expect((await node.ended).code).toBe(0)
  }, 60_000)

  test('speaks TLS when it is given a certificate, also to the commands on its folder', async (context) => {
    if (!hasOpenssl) return context.skip('there is no openssl to make a certificate')
    const { cert, key } = makeCertificate(folder, 'node')
    const node = await start('tls', '--rpc-cert', cert, '--rpc-key', key)
    expect(node.url).toMatch(/^https:/)
    expect(await status('tls')).toMatchObject({ network: 'dev', url: node.url })
    await expect(fetch(node.url)).rejects.toThrow()
    await quit('tls')
    await node.ended
    expect((await run('node', 'start', '-d', at('x'), '--rpc-cert', cert)).code).toBe(2)
    expect((await run('node', 'start', '-d', at('x'), '--rpc-cert', key, '--rpc-key', key)).err).toMatch(
      /is no PEM file/,
    )
  }, 60_000)

  test('runs a network from a file, and says what is wrong with one', async () => {
    const file = at('harbour.json')
    const harbour = { name: 'harbour', base: 'main', parameters: { blockSpeed: '1' } }
    writeFileSync(file, JSON.stringify(harbour))
    const node = await start('harbour', '--network', file)
    expect(await status('harbour')).toMatchObject({ network: 'harbour', tip: { number: expect.any(Number) } })
    await quit('harbour')
    await node.ended
    writeFileSync(file, JSON.stringify({ ...harbour, connect: [`127.0.0.1:${node.port}`] }))
    const alone = await start('joins', '--network', file)
    expect(await status('joins')).not.toHaveProperty('tip')
    await quit('joins')
    await alone.ended
    const first = await start('begins', '--network', file, '--genesis')
    expect(await status('begins')).toHaveProperty('tip')
    await quit('begins')
    await first.ended
    const other = await run('node', 'start', '-d', at('harbour'), '--network', 'test')
    expect(other.err).toMatch(/^minipolis: .* belongs to network harbour, not test: give another folder with --data\n$/)
    writeFileSync(file, '{"name":"harbour","base":"dev","parameters":{"blockSpeed":1}}')
    expect(await run('node', 'start', '-d', at('new'), '--network', file)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^minipolis: .*harbour\.json blockSpeed must be blocks per second as text/),
    })
  }, 60_000)

  test('refuses what makes no sense, and folders of something else, without making a folder', async () => {
    expect(await run('node', 'start', '-d', at('x'), '--network', 'moon')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /^minipolis: there is no network moon, and no file of that name can be read\n {2}hint: /,
      ),
    })
    expect((await run('node', 'start', '-d', at('x'), '--connect', 'nowhere')).code).toBe(2)
    expect((await run('node', 'start', '-d', at('x'), '--port', '70000')).code).toBe(2)
    expect(await run('node', 'rpc', '-d', at('x'), 'status')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^minipolis: there is no node in .*x\n {2}hint: /),
    })
    mkdirSync(at('y'))
    writeFileSync(join(at('y'), 'letter.txt'), '')
    expect((await run('node', 'start', '-d', at('y'))).err).toMatch(/holds letter\.txt and no node/)
    expect(findNode(at('x'))).toBeUndefined()
  })

  test('says what to do where nobody is known on the main network, and takes a list of nodes from a file or the web', async () => {
    const alone = await start('alone', '--network', 'main')
    await quit('alone')
    expect((await alone.ended).err).toMatch(/^nobody is known on main .*\n {2}--connect HOST:PORT .*\n {2}--peer-list /)

    const list = at('peers.txt')
    writeFileSync(list, 'nonsense\n127.0.0.1:9,\n127.0.0.1:10\n')
    const listed = await start('listed', '--network', 'main', '--peer-list', list)
    await quit('listed')
    expect((await listed.ended).err).not.toMatch(/nobody is known/)

    const offline = await start('offline', '--network', 'main', '--peer-list', 'http://127.0.0.1:9/peers.txt')
    await quit('offline')
    expect((await offline.ended).err).toMatch(
      /^the list of nodes at .* cannot be had; the node starts without it\nnobody/,
    )

    writeFileSync(list, 'nobody')
    for (const where of [list, at('missing.txt')]) {
      expect(await run('node', 'start', '-d', at('none'), '--peer-list', where)).toMatchObject({ code: 2 })
    }
  }, 60_000)

  test('opens the node of a city that does not run, and protects it from what a city must not do', async () => {
    await (await openFolder(at('city'), 'make')).close()
    const balance = await run('node', 'rpc', '-d', at('city'), '--json', 'block')
    expect(JSON.parse(balance.out)).toMatchObject({ status: true, response: { block: expect.stringMatching(/^\d+$/) } })
    for (const line of ['quit', 'restore file:x password:y', 'megammrsync action:resync host:192.0.2.7:9001']) {
      expect((await run('node', 'rpc', '-d', at('city'), line)).err).toMatch(/this node belongs to a city/)
    }
    expect(await run('node', 'start', '-d', at('city'))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^minipolis: a city lives in .*city, and has a node of its own\n {2}hint: /),
    })
  }, 60_000)

  test.each(['start', 'status', 'peers', 'rpc'])('has help with an example: node %s', async (name) => {
    const help = await run('node', name, '--help')
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toMatch(/Example:\n {2}\$ minipolis node /)
  })
})

test('replies are set over several lines with every number as it stood', () => {
  const text = '{"a":12345678901234567890.10,"b":[],"c":[1,{"d":"x,\\"{y"}],"e":{}}'
  const indented = indentJson(text)
  expect(indented.replace(/\n */g, '').replaceAll(': ', ':')).toBe(text)
  expect(indented.split('\n')[1]).toBe('  "a": 12345678901234567890.10,')
})
