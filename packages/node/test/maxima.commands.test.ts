import { type JsonText, toHex, utf8 } from '@minipolis/minima'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { maximaCommands, maximaHookEvent, messagingOf } from '../src/maxima/commands/index.ts'
import { formatMaximaAddress, type MaximaEvent, maximaPartsOf } from '../src/maxima/index.ts'
import type { NodeCore } from '../src/node/core.ts'
import { OWNER } from '../src/rpc/caller.ts'
import { coreNode } from '../src/rpc/core-node.ts'
import { Registry } from '../src/rpc/registry.ts'
import { RpcState } from '../src/rpc/rpc-state.ts'
import { CommandRunner } from '../src/rpc/run-line.ts'
import { type LoopbackNode, startLoopbackChain, startLoopbackNode } from './maxima-loopback.ts'
import { createRandom } from './seeded-random.ts'

type Reply = Readonly<Record<string, never>> & {
  readonly status: boolean
  readonly error?: string
  readonly response: Record<string, never>
}

let core: NodeCore
let node: LoopbackNode
let run: (line: string) => Promise<Reply>
const { bytes: random } = createRandom(31)

beforeAll(async () => {
  core = await startLoopbackChain(random)
})
afterAll(() => core.close())

const startNode = async (): Promise<{ node: LoopbackNode; run: typeof run }> => {
  const node = await startLoopbackNode(core, random)
  const rpcNode = coreNode(core, {
    folder: '',
    now: Date.now,
    random,
    rpcPort: 0,
    watch: () => () => undefined,
    watchUnits: () => () => undefined,
    failed: (error) => node.faults.push(error),
    quit: () => undefined,
  })
  const state = new RpcState(rpcNode, { failed: () => undefined })
  state.messaging = messagingOf(node.maxima)
  const commands = new Registry(maximaCommands(node.maxima, maximaPartsOf(core).chain))
  const runner = new CommandRunner({ node: rpcNode, state, commands })
  const runLine = async (line: string): Promise<Reply> =>
    JSON.parse((await runner.runLine(line, OWNER)) as JsonText) as Reply
  return { node, run: runLine }
}

describe('the commands of messaging', () => {
  const others: LoopbackNode[] = []

  beforeAll(async () => {
    const started = await startNode()
    node = started.node
    run = started.run
  })
  afterEach(async () => {
    await Promise.all(others.splice(0).map((other) => other.stop()))
  })
  afterAll(async () => {
    await node.stop()
    expect(node.faults).toEqual([])
  })

  test('maxima says who this node is', async () => {
    const service = node.maxima.ownService()
    expect((await run('maxima')).response).toEqual({
      name: 'noname',
      icon: '0x00',
      publickey: node.maxima.publicKey,
      mxpublickey: node.maxima.mxPublicKey,
      staticmls: false,
      mls: service,
      localidentity: service,
      p2pidentity: service,
      contact: service,
      logs: false,
      poll: 0,
    })
    expect((await run('maxima action:setname name:alice')).response).toEqual({ name: 'alice' })
    expect((await run('maxima action:hosts')).response).toEqual({ hosts: [] })
    expect((await run('healthcheck')).response).toMatchObject({ maxima: { hosts: 0, contacts: 0 } })
  })

  test('wrong calls get the words of the reference', async () => {
    const errors = {
      'maxcontacts action:add contact:nonsense': 'Invalid MX address : nonsense',
      'maxcontacts action:search id:1': 'MaxContact not found',
      'maxcontacts action:search': 'Must specify id or publickey',
      'maxima action:send': 'MUST specify to|id|publickey, application and data for a send command',
      'maxima action:send publickey:0xFF application:test data:hello': 'No Contact found for publickey : 0xFF',
      'maxima action:send id:7 application:test data:hello': 'No Contact found for ID : 7',
      'maxima action:nothing': 'Unknown Action : nothing',
      'maxextra action:staticmls host:here': 'Invalid MLS address : MUST be of type Mx..@host:port',
    }
    for (const [line, error] of Object.entries(errors)) {
      expect(await run(line)).toMatchObject({ status: false, error })
    }
    expect((await run('maxcontacts')).response).toEqual({ allowallcontacts: true, contacts: [] })
  })

  test('maxima send delivers, and says what was sent', async () => {
    const other = await startNode()
    others.push(other.node)
    const arrived = new Promise<MaximaEvent>((resolve) => other.node.maxima.watch(resolve))
    const to = formatMaximaAddress(other.node.maxima.ownAddress())
    const { response } = await run(`maxima action:send to:${to} application:city data:hello`)
    expect(Object.keys(response)).toEqual([
      ...['from', 'to', 'time', 'timemilli', 'random', 'application', 'data', 'msgid'],
      ...['poll', 'delay', 'delivered', 'creation', 'sending'],
    ])
    expect(response).toMatchObject({ application: 'city', data: toHex(utf8('hello')), delivered: true, poll: false })
    const hook = maximaHookEvent(await arrived)!
    expect(hook.name).toBe('MAXIMA')
    const { from, to: key, msgid, random: shown } = response
    expect(JSON.parse(hook.data)).toMatchObject({ from, to: key, msgid, random: shown, data: toHex(utf8('hello')) })
  })

  test('maxima send takes JSON as its text, and bytes in hex', async () => {
    const other = await startNode()
    others.push(other.node)
    const to = formatMaximaAddress(other.node.maxima.ownAddress())
    const json = await run(`maxima action:send to:${to} application:city data:{"path":"a/b"}`)
    expect(json.response.data).toBe(toHex(utf8('{"path":"a\\/b"}')))
    const hex = await run(`maxima action:send to:${to} application:city data:0x0aFF poll:true delay:5000`)
    expect(hex.response).toMatchObject({ data: '0x0AFF', poll: true, delay: 5000 })
    expect((await run('maxima')).response.poll).toBe(1)
  })

  test('a message to nobody says that it was not delivered', async () => {
    const gone = await startNode()
    const to = formatMaximaAddress(gone.node.maxima.ownAddress())
    await gone.node.stop()
    const { status, response } = await run(`maxima action:send to:${to} application:city data:hello`)
    expect(status).toBe(true)
    expect(response).toMatchObject({ delivered: false, error: expect.stringContaining('not reached') })
  })

  test('maxcontacts adds, lists, finds, exports and removes', async () => {
    const other = await startNode()
    others.push(other.node)
    const to = formatMaximaAddress(other.node.maxima.ownAddress())
    expect((await run(`maxcontacts action:add contact:${to}`)).response).toMatchObject({ maxima: { delivered: true } })
    await expect.poll(() => node.maxima.contacts.list().length).toBe(1)
    const listed = (await run('maxcontacts')).response as unknown as { contacts: Record<string, unknown>[] }
    const contact = listed.contacts[0]!
    expect(Object.keys(contact)).toEqual([
      ...['id', 'publickey', 'currentaddress', 'myaddress', 'lastseen', 'date', 'extradata', 'chaintip', 'samechain'],
    ])
    expect(contact).toMatchObject({ publickey: other.node.maxima.publicKey, currentaddress: to, samechain: true })
    expect((await run(`maxcontacts action:search id:${contact.id}`)).response).toMatchObject({
      contact: { publickey: other.node.maxima.publicKey },
    })
    expect((await run('maxcontacts action:export')).response).toMatchObject({ contacts: 1, contactlist: to })
    expect((await run(`maxcontacts action:import contactlist:nonsense,${to}`)).response).toMatchObject({
      size: 2,
      contacts: [
        { status: false, error: 'Invalid MX address : nonsense' },
        { status: true, response: { maxima: { delivered: true } } },
      ],
    })
    expect((await run(`maxcontacts action:remove id:${contact.id}`)).response).toEqual({ removed: String(contact.id) })
    expect((await run('maxcontacts')).response.contacts).toEqual([])
  })

  test('maxextra closes the list of contacts and keeps keys', async () => {
    expect((await run('maxextra action:allowallcontacts enable:false')).response).toEqual({ allowallcontacts: false })
    expect((await run('maxcontacts')).response).toMatchObject({ allowallcontacts: false })
    const refused = await run(`maxcontacts action:add contact:${node.maxima.ownService()}`)
    expect(refused.error).toContain('You have disabled adding contacts')
    await run('maxextra action:addallowed publickey:0xABCD')
    expect((await run('maxextra action:listallowed')).response).toEqual({ allowed: ['0xABCD'] })
    await run('maxextra action:addpermanent publickey:0xABCD')
    expect((await run('maxextra action:listpermanent')).response).toEqual(['0xABCD'])
    await run('maxextra action:clearpermanent')
    await run('maxextra action:clearallowed')
    await run('maxextra action:allowallcontacts enable:true')
  })

  test('maxsign signs with the key of this node', async () => {
    const { signature } = (await run('maxsign data:0x0102')).response
    const line = `maxverify data:0x0102 publickey:${node.maxima.publicKey} signature:${signature}`
    expect((await run(line)).response).toEqual({ valid: true })
  })
})
