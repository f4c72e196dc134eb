import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FullNode, P2P_DEFAULTS } from '../src/index.ts'
import { FILES_FOLDER } from '../src/rpc/index.ts'
import { until } from './peer-node.ts'

let folder: string
const nodes: FullNode[] = []
let first: FullNode
let second: FullNode

/** A node that finds peers; it looks at them often. */
async function start(name: string, seeds: readonly FullNode[]): Promise<FullNode> {
  const node = new FullNode(
    {
      network: 'dev',
      file: join(folder, `${name}.sqlite`),
      folder,
      automine: 'off',
      rpc: { port: 0, password: 'owner' },
      peers: {
        port: 0,
        bind: '127.0.0.1',
        p2p: {
          ...P2P_DEFAULTS,
          allowInternal: true,
          loopMs: 300,
          seeds: seeds.map(({ port }) => ({ host: '127.0.0.1', port })),
        },
      },
    },
    {
      now: Date.now,
      random: (size) => new Uint8Array(randomBytes(size)),
      failed: (error) => {
        throw error
      },
    },
  )
  await node.start()
  nodes.push(node)
  return node
}

const ask = async (node: FullNode, line: string): Promise<{ status: boolean; response: unknown; error?: string }> =>
  JSON.parse(await node.run(line))
const addressOf = ({ port }: FullNode): string => `127.0.0.1:${port}`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rpc-peers-'))
  first = await start('first', [])
  second = await start('second', [first])
  await until(() => second.node.tip()?.id === first.node.tip()!.id, 'the chain is there')
})

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()))
  rmSync(folder, { recursive: true })
})

describe('the command peers', () => {
  test('lists nodes that answered, as many as are asked for', async () => {
    await until(() => second.node.peers!.knownPeers().length > 0, 'a peer is known')
    const known = { peerslist: addressOf(first), size: 1, havepeers: true, p2penabled: true }
    expect(await ask(second, 'peers')).toMatchObject({ status: true, response: known })
    expect(await ask(second, 'peers max:0')).toMatchObject({ response: { peerslist: '', size: 0, havepeers: true } })
  })

  test('takes addresses, says which are none, and the node goes there', async () => {
    const third = await start('third', [second])
    const list = `peers action:addpeers peerslist:${addressOf(first)},nonsense,[::1]:0`
    expect(await ask(third, list)).toMatchObject({
      response: { valid: `[${addressOf(first)}]`, invalid: '[nonsense, [::1]:0]' },
    })
    await until(() => third.node.peers!.knownPeers().length > 1, 'the address was probed')
    expect(await ask(third, 'peers action:forcecheck')).toMatchObject({ status: true, response: { logs: false } })
  })

  test('writes a list to the folder of files and reads one from there', async () => {
    expect(await ask(second, 'peers action:publish file:list.txt')).toMatchObject({
      response: { peers: addressOf(first), file: join(folder, FILES_FOLDER, 'list.txt') },
    })
    expect(readFileSync(join(folder, FILES_FOLDER, 'list.txt'), 'utf8')).toContain(addressOf(first))
    expect(await ask(second, 'peers action:fetch file:list.txt')).toMatchObject({ response: { location: 'list.txt' } })
    writeFileSync(join(folder, FILES_FOLDER, 'empty.txt'), 'nobody')
    expect(await ask(second, 'peers action:fetch file:empty.txt')).toMatchObject({ status: false })
    expect(await ask(second, 'peers action:fetch file:../first.sqlite')).toMatchObject({ status: false })
  })

  test('fetches nothing from the web, and knows no other actions', async () => {
    for (const line of [
      'action:addpeers peerslist:http://127.0.0.1/',
      'action:fetch url:https://127.0.0.1/',
      'action:x',
      'action:constructor',
      'action:__proto__',
    ]) {
      expect(await ask(second, `peers ${line}`), line).toMatchObject({ status: false })
    }
  })

  test('lets a user who may only read look at the list and nothing else', async () => {
    await ask(second, 'rpc action:adduser username:reader password:looks mode:read')
    const asReader = async (line: string): Promise<unknown> => {
      const headers = { authorization: `Basic ${Buffer.from('reader:looks').toString('base64')}` }
      return (await fetch(second.rpcUrl!, { method: 'POST', body: line, headers })).json()
    }
    expect(await asReader('peers')).toMatchObject({ status: true })
    expect(await asReader('peers action:publish')).toMatchObject({ status: false })
    expect(await asReader(`peers action:addpeers peerslist:${addressOf(first)}`)).toMatchObject({ status: false })
  })
})

describe('the command network', () => {
  test('connects anew', async () => {
    const connections = (): number[] =>
      second.node.peers!.peers().flatMap(({ id, isGreeted }) => (isGreeted ? [id] : []))
    const before = connections()
    expect(before.length).toBeGreaterThan(0)
    await ask(second, 'network action:restart')
    await until(() => connections().some((id) => !before.includes(id)), 'there is a new connection')
    expect(connections().filter((id) => before.includes(id))).toEqual([])
  })

  test('counts bytes by kind of message, also of connections that are gone', async () => {
    const read = async (): Promise<Record<string, string>> => {
      const { response } = await ask(second, 'network')
      return (response as { details: { traffic: { breakdown: { reads: Record<string, string> } } } }).details.traffic
        .breakdown.reads
    }
    expect(Object.keys(await read())).toEqual(expect.arrayContaining(['GREETING', 'IBD']))
    await ask(second, 'disconnect uid:all')
    expect(Object.keys(await read())).toContain('IBD')
    await ask(second, 'network action:reset')
    expect(Object.keys(await read())).not.toContain('IBD')
  })
})
