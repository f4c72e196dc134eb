import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CoinProof,
  concatBytes,
  createSeedPhrase,
  encode,
  MiniNumber,
  miniNumber,
  scriptAddress,
  seedOfPhrase,
  signedByAddress,
  TreeKey,
  text,
  toHex,
  WALLET_KEY_SHAPE,
  walletPrivateSeed,
} from '@minipolis/minima'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completeDownload, exportCoin } from '../src/chain/index.ts'
import { FullNode, type FullNodeOptions } from '../src/full-node/full-node.ts'
import { builtInNetwork } from '../src/full-node/network-definition.ts'
import { openNodeFolder } from '../src/full-node/node-folder.ts'
import type { MegaMMRStore } from '../src/mega-mmr/index.ts'
import { askOnce } from '../src/peers/index.ts'
import { FILES_FOLDER, RESTORED_FILE } from '../src/rpc/index.ts'
import { coinsNaming, MegaMMRService } from '../src/sync/index.ts'
import { encodeFrame, IbdReader, messageType } from '../src/wire/index.ts'
import { pastClock } from './peer-node.ts'

const OPEN_SCRIPT = 'RETURN TRUE'
const OPEN = toHex(scriptAddress(OPEN_SCRIPT))
const CLOSED = toHex(scriptAddress('RETURN FALSE'))
/** Above the tree's 32 to 35 blocks. */
const BLOCKS = 45

const clock = pastClock(2_000)
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const folders: string[] = []
const nodes: FullNode[] = []
const servers: Server[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-mega-'))
  folders.push(folder)
  return folder
}

interface Place {
  readonly path: string
  readonly database: string
}
const newPlace = (): Place => openNodeFolder(join(newFolder(), 'node'), builtInNetwork('test'))

async function start(place: Place, options: Partial<FullNodeOptions> = {}): Promise<FullNode> {
  const node = new FullNode(
    { network: 'test', genesis: false, file: place.database, folder: place.path, automine: 'off', ...options },
    { now: clock.now, random, failed: () => undefined },
  )
  await node.start()
  nodes.push(node)
  return node
}

async function stop(node: FullNode): Promise<void> {
  nodes.splice(nodes.indexOf(node), 1)
  await node.stop()
}

async function mine(node: FullNode, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    clock.next()
    await node.node.mineBlock()
  }
}

interface Reply {
  readonly status: boolean
  readonly error?: string
  readonly response: unknown
}
const run = async (node: FullNode, line: string): Promise<Reply> => JSON.parse(await node.run(line)) as Reply

interface CoinRow {
  readonly coinid: string
  readonly address: string
  readonly amount: string
}
const coinsOf = async (node: FullNode, line: string): Promise<CoinRow[]> =>
  (await run(node, line)).response as CoinRow[]

const contentOf = (mega: MegaMMRStore) => ({
  number: mega.number,
  entries: mega.entryNumber,
  coins: mega.coins.page(-1, 10_000),
  total: mega.total.toString(),
  nodes: mega.nodePage(0, 100_000).map(({ position, node }) => `${position} ${toHex(node)}`),
})

const addressOfPhrase = (phrase: string): string =>
  toHex(signedByAddress(new TreeKey(walletPrivateSeed(seedOfPhrase(phrase), 0), WALLET_KEY_SHAPE).publicKey))

let place: Place
/** Keeps all coins, and watches none of those below. */
let keeper: FullNode
/** Of a wallet that got 5 long ago and has lost everything but its phrase. */
const phrase = createSeedPhrase(random)

/** Version of the answer. */
const two = encode(miniNumber, MiniNumber.of(2))

const hostOf = (node: FullNode): string => `127.0.0.1:${node.port}`

beforeAll(async () => {
  place = newPlace()
  keeper = await start(place, { megaMMR: true, genesis: true, peers: { bind: '127.0.0.1', port: 0 } })
  await mine(keeper, 5)
  const pay = (address: string, amount: number) =>
    keeper.node.submit({ outputs: [{ address, amount: MiniNumber.of(amount) }], fund: true })
  await pay(OPEN, 7)
  await mine(keeper, 4)
  await pay(addressOfPhrase(phrase), 5)
  await mine(keeper, 4)
  await pay(CLOSED, 3)
  await mine(keeper, BLOCKS)
}, 120_000)

afterAll(async () => {
  for (const server of servers) server.close()
  for (const node of [...nodes]) await stop(node)
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('a node that keeps all coins', () => {
  test('finds, proves and spends a coin that nobody watches and that is older than its tree', async () => {
    expect(await coinsOf(keeper, `coins address:${OPEN}`)).toEqual([])
    const [coin] = await coinsOf(keeper, `coins address:${OPEN} megammr:true`)
    expect(coin).toMatchObject({ amount: '7', address: OPEN })
    expect((await run(keeper, `balance address:${OPEN} megammr:true`)).response).toMatchObject([{ confirmed: '7' }])
    expect((await run(keeper, `balance address:${OPEN}`)).response).toMatchObject([{ confirmed: '0' }])

    const exported = await run(keeper, `coinexport coinid:${coin!.coinid}`)
    const { data } = exported.response as { data: string }
    expect(await run(keeper, `coincheck data:${data}`)).toMatchObject({ response: { valid: true } })

    await keeper.node.submit({
      inputs: [coin!.coinid],
      outputs: [{ address: CLOSED, amount: MiniNumber.of(7) }],
      scripts: [OPEN_SCRIPT],
    })
    await mine(keeper, 1)
    expect(await coinsOf(keeper, `coins address:${OPEN} megammr:true`)).toEqual([])
    expect(await run(keeper, `coinexport coinid:${coin!.coinid}`)).toMatchObject({ status: false })
    await mine(keeper, 40)
    expect(await coinsOf(keeper, `coins address:${OPEN} megammr:true`)).toEqual([])
    expect((await coinsOf(keeper, `coins address:${CLOSED} megammr:true`)).map(({ amount }) => amount).sort()).toEqual([
      '3',
      '7',
    ])
  })

  test('says how far it is, and what it keeps sums up to all there is', async () => {
    const mega = keeper.node.parts().chain.megaMMR!
    expect(mega.number).toBe(keeper.node.parts().chain.tree.root!.number - 1)
    expect(mega.isComplete).toBe(true)
    expect(mega.total.toString()).toBe('1000000000')
    expect(await run(keeper, 'megammr')).toMatchObject({
      response: {
        enabled: true,
        coins: mega.coinCount,
        mmr: { block: mega.number, entrynumber: mega.entryNumber, root: { value: '1000000000' } },
      },
    })
    const all = await coinsOf(keeper, 'coins megammr:true')
    expect(all.length).toBeGreaterThanOrEqual(mega.coinCount)
    expect(new Set(all.map(({ coinid }) => coinid)).size).toBe(all.length)
  })

  test('watches an old coin when it is told to, over restarts and the moves of its tree', async () => {
    const [coin] = await coinsOf(keeper, `coins address:${CLOSED} megammr:true`)
    expect(await run(keeper, `cointrack enable:true coinid:${coin!.coinid}`)).toMatchObject({ status: true })
    expect(await coinsOf(keeper, `coins relevant:true coinid:${coin!.coinid}`)).toHaveLength(1)
    await mine(keeper, 40)
    expect(await coinsOf(keeper, `coins relevant:true coinid:${coin!.coinid}`)).toHaveLength(1)
    expect(await run(keeper, `cointrack enable:false coinid:${coin!.coinid}`)).toMatchObject({ status: true })
    expect(await coinsOf(keeper, `coins relevant:true coinid:${coin!.coinid}`)).toEqual([])
  })

  test('has after a restart what it had, and without the option in between catches up from its archive', async () => {
    const before = contentOf(keeper.node.parts().chain.megaMMR!)
    await stop(keeper)
    keeper = await start(place, { megaMMR: true, peers: { bind: '127.0.0.1', port: 0 } })
    expect(contentOf(keeper.node.parts().chain.megaMMR!)).toEqual(before)

    const other = newPlace()
    await stop(keeper)
    copyFileSync(place.database, other.database)
    const without = await start(other)
    expect(without.node.parts().chain.megaMMR).toBeUndefined()
    await mine(without, 10)
    await stop(without)
    copyFileSync(other.database, join(other.path, 'second.sqlite'))
    const again = await start(other, { megaMMR: true })
    const caughtUp = contentOf(again.node.parts().chain.megaMMR!)
    expect(caughtUp.number).toBeGreaterThan(before.number!)

    // From nothing but the archive it comes to the same.
    const fresh = await start({ ...other, database: join(other.path, 'second.sqlite') })
    for (const table of ['mega_mmr', 'mega_node', 'mega_coin', 'mega_lookup'])
      fresh.node.parts().store.database.run(`DELETE FROM ${table}`)
    await stop(fresh)
    const rebuilt = await start({ ...other, database: join(other.path, 'second.sqlite') }, { megaMMR: true })
    expect(contentOf(rebuilt.node.parts().chain.megaMMR!)).toEqual(caughtUp)
    await stop(again)
    await stop(rebuilt)
    keeper = await start(place, { megaMMR: true, peers: { bind: '127.0.0.1', port: 0 } })
  })
})

describe('a node that starts anew from one that keeps all coins', () => {
  test('has the chain, and the old coins of the phrase it is given, and spends them', async () => {
    const own = newPlace()
    const lost = await start(own, { genesis: true })
    const line = `megammrsync action:resync host:${hostOf(keeper)} phrase:"${phrase}" keys:2 keyuses:500`
    expect(await run(lost, line)).toMatchObject({ status: true, response: { coins: 1, refused: 0 } })
    await expect.poll(() => lost.node.isRunning).toBe(false)
    await stop(lost)

    openNodeFolder(own.path, undefined)
    const node = await start(own, { peers: { connect: [{ host: '127.0.0.1', port: keeper.port }] } })
    expect(node.node.tip()).toEqual(keeper.node.tip())
    expect((await run(node, 'balance')).response).toMatchObject([{ confirmed: '5', sendable: '5' }])
    expect(
      node.node
        .parts()
        .wallet.keys.all()
        .every(({ uses }) => uses >= 500),
    ).toBe(true)
    await node.node.submit({ outputs: [{ address: OPEN, amount: MiniNumber.of(2) }], fund: true })
    await mine(node, 1)
    await expect.poll(() => keeper.node.tip(), { timeout: 20_000 }).toEqual(node.node.tip())
    expect((await run(node, 'balance')).response).toMatchObject([{ confirmed: '0', unconfirmed: '3' }])
    await stop(node)
  })

  test('keeps its wallet when it is given no phrase, and what it watches', async () => {
    const own = newPlace()
    const node = await start(own, { genesis: true })
    node.node.track(OPEN_SCRIPT)
    await node.node.address()
    await keeper.node.submit({
      outputs: [{ address: await node.node.address(), amount: MiniNumber.of(4) }],
      fund: true,
    })
    await mine(keeper, 45)
    const details = await run(node, 'megammrsync action:mydetails')
    expect(details.response).toMatchObject({ size: expect.any(Number) })
    expect(await run(node, `megammrsync action:resync host:${hostOf(keeper)}`)).toMatchObject({ status: true })
    await stop(node)
    openNodeFolder(own.path, undefined)
    const again = await start(own)
    expect(again.node.tip()).toEqual(keeper.node.tip())
    expect((await run(again, 'balance')).response).toMatchObject([{ confirmed: '6', sendable: '4', coins: '2' }])
    await stop(again)
  })

  test('is turned away by a node that does not keep all coins, and by one that lacks some', async () => {
    const plain = await start(newPlace(), { genesis: true, peers: { bind: '127.0.0.1', port: 0 } })
    const own = newPlace()
    const node = await start(own, { genesis: true })
    const before = node.node.tip()
    expect(await run(node, `megammrsync action:resync host:${hostOf(plain)}`)).toMatchObject({ status: false })
    expect(await run(node, 'megammrsync action:resync host:127.0.0.1:1')).toMatchObject({ status: false })
    expect(await run(node, 'megammrsync action:resync host:nowhere')).toMatchObject({ status: false })
    expect(node.node.tip()).toEqual(before)
    expect(existsSync(join(own.path, RESTORED_FILE))).toBe(false)

    const { chain, megaMMR, ...rest } = keeper.node.parts()
    const service = new MegaMMRService({ ...rest, chain, megaMMR } as never)
    const nobody = { addresses: [], publicKeys: [] }
    expect(await service.answer(nobody, '')).toBeDefined()
    const [one] = megaMMR!.coins.page(-1, 1)
    keeper.node.parts().store.database.run('UPDATE mega_mmr SET total = ?', megaMMR!.total.sub(one!.amount).toString())
    megaMMR!.reload()
    expect(await service.answer(nobody, '')).toBeUndefined()
    keeper.node.parts().store.database.run('UPDATE mega_mmr SET total = ?', megaMMR!.total.add(one!.amount).toString())
    megaMMR!.reload()
    await stop(plain)
    await stop(node)
  })

  test('takes nothing from a host that lies, and stays as it was', async () => {
    const { chain, branch } = keeper.node.parts()
    const ibd = completeDownload(chain, branch)
    const noCoins = encode(miniNumber, MiniNumber.ZERO)
    const broken = ibd.slice()
    const inHeader = lastBlockAt(ibd) + 50
    broken[inHeader] = broken[inHeader]! ^ 1
    const own = newPlace()
    const node = await start(own, { genesis: true })
    const before = node.node.tip()
    const answers: Record<string, Uint8Array> = {
      'an empty answer': new Uint8Array(),
      garbage: random(5_000),
      'a chain cut off': concatBytes(two, ibd.subarray(0, ibd.length - 500)),
      'a changed block': concatBytes(two, broken, noCoins, encode(text, '')),
      'no chain at all': concatBytes(two, Uint8Array.of(0, 0, 1, 0), noCoins, encode(text, '')),
      'a billion coins': concatBytes(two, ibd, encode(miniNumber, MiniNumber.of(1_000_000_000)), random(100)),
      'a negative number of blocks': concatBytes(two, Uint8Array.of(0), encode(miniNumber, MiniNumber.of(-5)), noCoins),
    }
    for (const [what, payload] of Object.entries(answers)) {
      const host = await liar(payload)
      const reply = await run(node, `megammrsync action:resync host:${host}`)
      expect(reply, what).toMatchObject({ status: false })
      expect(reply.error, what).toBeTruthy()
      expect(existsSync(join(own.path, RESTORED_FILE)), what).toBe(false)
      expect(node.node.tip(), what).toEqual(before)
    }
    await stop(node)
  })

  test('takes no coin that its host made up or that is spent, and none of others', async () => {
    const own = newPlace()
    const node = await start(own, { genesis: true })
    node.node.track('RETURN FALSE')
    const { chain, branch } = keeper.node.parts()
    const [good] = await coinsNaming(chain, { addresses: [scriptAddress('RETURN FALSE')], publicKeys: [] })
    const [foreign] = chain.megaMMR!.coins.page(-1, 1)
    const proofs = [good!, foreign!].map((coin) => exportCoin(chain.tree, coin, 8)!)
    const richer = { ...proofs[0]!, coin: { ...good!, amount: MiniNumber.of(1_000) } }
    const twin = { ...proofs[0]!, coin: { ...good!, coinId: random(32) } }
    const answer = concatBytes(
      two,
      completeDownload(chain, branch),
      encode(miniNumber, MiniNumber.of(4)),
      ...[...proofs, richer, twin].map((proof) => encode(CoinProof, proof)),
      encode(text, 'nobody'),
    )
    expect(await run(node, `megammrsync action:resync host:${await liar(answer)}`)).toMatchObject({
      response: { coins: 1, refused: 1 },
    })
    await stop(node)
    openNodeFolder(own.path, undefined)
    const again = await start(own)
    expect((await coinsOf(again, 'coins')).map(({ coinid }) => coinid)).toEqual([toHex(good!.coinId)])
    await stop(again)
  })

  test('asks for nothing twice at a time', async () => {
    const own = newPlace()
    const node = await start(own, { genesis: true })
    const { host, hangUp } = await silent()
    const first = run(node, `megammrsync action:resync host:${host}`)
    await expect.poll(() => existsSync(join(own.path, 'rebuilt.sqlite.part')), { timeout: 20_000 }).toBe(true)
    expect(await run(node, `megammrsync action:resync host:${host}`)).toMatchObject({ status: false })
    hangUp()
    expect(await first).toMatchObject({ status: false })
    await stop(node)
  })
})

describe('a file of all coins', () => {
  test('gives another node all coins and the chain, and is refused when a byte of it is changed', async () => {
    expect(await run(keeper, 'megammr action:export file:all.megammr')).toMatchObject({
      response: { megammrtip: keeper.node.parts().megaMMR!.number },
    })
    const own = newPlace()
    const node = await start(own, { genesis: true, megaMMR: true, phrase })
    const file = readFileSync(join(place.path, FILES_FOLDER, 'all.megammr'))
    const files = join(own.path, FILES_FOLDER)
    mkdirSync(files)
    for (const at of [40, 400, Math.floor(file.length / 4), file.length - 300]) {
      const changed = new Uint8Array(file)
      changed[at] = changed[at]! ^ 1
      writeFileSync(join(files, 'changed.megammr'), changed)
      expect(await run(node, 'megammr action:import file:changed.megammr'), `byte ${at}`).toMatchObject({
        status: false,
      })
      expect(existsSync(join(own.path, RESTORED_FILE))).toBe(false)
    }
    writeFileSync(join(files, 'short.megammr'), file.subarray(0, 1000))
    expect(await run(node, 'megammr action:integrity file:short.megammr')).toMatchObject({ status: false })
    copyFileSync(join(place.path, FILES_FOLDER, 'all.megammr'), join(files, 'all.megammr'))
    const tip = keeper.node.tip()!.number
    expect(await run(node, 'megammr action:integrity file:all.megammr')).toMatchObject({ response: { chaintip: tip } })
    expect(node.node.tip()!.number).toBe(1)
    expect(await run(node, 'megammr action:import file:all.megammr')).toMatchObject({ status: true })
    await stop(node)

    openNodeFolder(own.path, undefined)
    const again = await start(own, { megaMMR: true })
    expect(again.node.tip()).toEqual(keeper.node.tip())
    expect(contentOf(again.node.parts().chain.megaMMR!)).toEqual(contentOf(keeper.node.parts().chain.megaMMR!))
    await mine(again, 10)
    expect(again.node.parts().chain.megaMMR!.isComplete).toBe(true)
    await stop(again)
  })
})

function lastBlockAt(ibd: Uint8Array): number {
  const reader = new IbdReader(ibd)
  while (reader.remaining > 1) reader.next()
  return reader.offset
}

/** A server that answers the test of the connection, and then gives this payload. */
async function liar(payload: Uint8Array): Promise<string> {
  return serve((socket, isFirst) => {
    if (isFirst) socket.write(encodeFrame({ type: messageType('archiveData'), payload: Uint8Array.of(0, 0, 1, 0) }))
    else socket.write(encodeFrame({ type: messageType('megaMMRSyncResponse'), payload }))
  })
}

/** A server that answers the test of the connection, and then nothing until it hangs up. */
async function silent(): Promise<{ readonly host: string; readonly hangUp: () => void }> {
  const told = Promise.withResolvers<void>()
  const host = await serve((socket, isFirst) => {
    if (!isFirst) void told.promise.then(() => socket.destroy())
    else socket.write(encodeFrame({ type: messageType('archiveData'), payload: Uint8Array.of(0, 0, 1, 0) }))
  })
  return { host, hangUp: told.resolve }
}

async function serve(answer: (socket: Socket, isFirst: boolean) => void): Promise<string> {
  let connections = 0
  const server = createServer((socket) => {
    const isFirst = connections++ === 0
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket, isFirst))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

test('a request for the coins of twenty thousand names is not read', async () => {
  const names = Array.from({ length: 20_000 }, () => random(32))
  const question = {
    name: 'megaMMRSyncRequest',
    value: { version: MiniNumber.ONE, addresses: names, publicKeys: [] },
  } as const
  const address = { host: '127.0.0.1', port: keeper.port }
  await expect(
    askOnce(address, { question, answer: 'megaMMRSyncResponse', bytesMax: 1_000_000, timeoutMs: 3_000 }),
  ).rejects.toMatchObject({ code: 'no-answer' })
})
