import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  createSeedPhrase,
  MiniNumber,
  seedOfPhrase,
  signedByAddress,
  TreeKey,
  toHex,
  WALLET_KEY_SHAPE,
  walletPrivateSeed,
} from '@minipolis/minima'
import { builtInNetwork, FullNode, type FullNodeOptions, openNodeFolder } from '@minipolis/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FILES_FOLDER } from '../../packages/node/src/rpc/index.ts'
import { PeerNode, until } from '../../packages/node/test/peer-node.ts'
import { postCommand } from './post-command.ts'
import { ReferenceNode, referenceJar } from './reference-node.ts'

if (referenceJar === undefined) {
  console.log('MINIMA_JAR does not name the program of the reference: the tests with a MegaMMR of it are skipped')
}

/** Ports of the reference's nodes, ten apart. */
const PORTS = 12_000 + (process.pid % 400) * 30
/** Slower than the network aims at, so that the difficulty stays the easiest. */
const BLOCK_MS = 40_000
const SPREAD_MS = 60_000
/** More than the tree holds. */
const BLOCKS = 45

let blockMs = Date.now() - 400 * BLOCK_MS
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-megammr-'))
  folders.push(folder)
  return folder
}

/** Of a wallet of ours that has nothing left but this. */
const phrase = createSeedPhrase(random)
const phraseAddress = toHex(
  signedByAddress(new TreeKey(walletPrivateSeed(seedOfPhrase(phrase), 0), WALLET_KEY_SHAPE).publicKey),
)

/** Ours: makes the blocks, and keeps all coins. */
let ours: PeerNode
/** The reference's, which keeps all coins too. */
let theirs: ReferenceNode
/** Gets money, and has never seen the chain. */
let poor: ReferenceNode
const fullNodes: FullNode[] = []
const references: ReferenceNode[] = []

async function startFull(place: { path: string; database: string }, more: Partial<FullNodeOptions>): Promise<FullNode> {
  const node = new FullNode(
    { network: 'test', genesis: false, file: place.database, folder: place.path, automine: 'off', ...more },
    { now: Date.now, random, failed: () => undefined },
  )
  await node.start()
  fullNodes.push(node)
  return node
}

async function mine(blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    blockMs += BLOCK_MS
    await ours.mine()
  }
}

const follow = (node: ReferenceNode): Promise<void> =>
  node.until(async () => (await node.status()).hash === ours.tip, SPREAD_MS)

const pay = (address: string, amount: number): Promise<string> =>
  ours.send({ outputs: [{ address, amount: MiniNumber.of(amount) }], fund: true })

const startReference = async (
  place: number,
  more: Parameters<typeof ReferenceNode.start>[0],
): Promise<ReferenceNode> => {
  const node = await ReferenceNode.start({ ...more, port: PORTS + place * 10 })
  references.push(node)
  return node
}

interface TreeInfo {
  readonly enabled: boolean
  readonly coins: number
  readonly mmr: { readonly block: number; readonly entrynumber: number; readonly root: { data: string; value: string } }
}

describe.skipIf(referenceJar === undefined)('all coins of the chain, with the reference', { timeout: 400_000 }, () => {
  beforeAll(async () => {
    ours = await new PeerNode({ blockTime: () => blockMs, megaMMR: true, peers: { reconnectMs: 1_000 } }).start()
    await ours.begin()
    await mine(4)
    const poorFolder = newFolder()
    poor = await startReference(1, { port: 0, folder: poorFolder })
    // It serves only while its discovery is on, which its option to connect would switch off.
    theirs = await startReference(0, { port: 0, p2p: true, more: ['-megammr', '-allowallip', '-noconnect'] })
    await theirs.reply(`connect host:127.0.0.1:${ours.address.port}`)
    await follow(theirs)
    const { address } = await poor.ask<{ address: string }>('getaddress')
    await pay(address, 6)
    await mine(4)
    await pay(phraseAddress, 5)
    await mine(BLOCKS)
    await follow(theirs)
  }, 300_000)

  afterAll(async () => {
    await Promise.all([...fullNodes.map((node) => node.stop()), ...references.map((node) => node.stop())])
    await ours?.stop()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  test('both kinds keep the same tree and the same coins', async () => {
    const treeAt = (block: number): TreeInfo['mmr'] => {
      const { txpow, peaks } = ours.core.branch.byNumber(block)!
      const root = { data: toHex(txpow.header.mmrRoot), value: txpow.header.mmrTotal.toString() }
      return { block, entrynumber: peaks.reduce((sum, { row }) => sum + 2 ** row, 0), root }
    }
    const mega = ours.core.chain.megaMMR!
    const root = { data: toHex(mega.root()!.data), value: mega.root()!.value.toString() }
    expect({ block: mega.number, entrynumber: mega.entryNumber, root }).toEqual(treeAt(mega.number!))
    // They need not stand at the same block: when a tree moves up depends on how blocks arrive. Asked while it takes some in, the
    // reference tells of a tree between two of them.
    await theirs.until(async () => {
      const { enabled, mmr } = await theirs.ask<TreeInfo>('megammr')
      expect(enabled).toBe(true)
      const tree = treeAt(mmr.block)
      return isDeepStrictEqual([Number(mmr.entrynumber), mmr.root], [tree.entrynumber, tree.root])
    }, SPREAD_MS)
    expect(mega.isComplete).toBe(true)
  })

  test('a node of ours starts anew from the reference, and has the old coins of its phrase', async () => {
    const place = openNodeFolder(join(newFolder(), 'node'), builtInNetwork('test'))
    const node = await startFull(place, { genesis: true })
    const reply = JSON.parse(
      await node.run(`megammrsync action:resync host:127.0.0.1:${theirs.port} phrase:"${phrase}" keys:2`),
    )
    expect(reply.error).toBeUndefined()
    expect(reply).toMatchObject({ status: true, response: { coins: 1, refused: 0 } })
    await node.stop()
    openNodeFolder(place.path, undefined)
    const again = await startFull(place, { peers: { connect: [ours.address] } })
    // The reference goes on making blocks.
    await until(() => again.node.tip()?.id === ours.tip, 'the chain is the same', SPREAD_MS)
    expect(JSON.parse(await again.run('balance'))).toMatchObject({ response: [{ confirmed: '5', sendable: '5' }] })
    await again.node.submit({ outputs: [{ address: phraseAddress, amount: MiniNumber.of(2) }], fund: true })
    await until(() => ours.core.pool.size > 0 || ours.tip === again.node.tip()?.id, 'the payment arrives', SPREAD_MS)
    await mine(1)
    await until(() => again.node.tip()?.id === ours.tip, 'the payment is in a block', SPREAD_MS)
    await follow(theirs)
  })

  test('a node of the reference starts anew from ours, and has its old coins', async () => {
    const answer = await postCommand(poor.rpcPort, `megammrsync action:resync host:127.0.0.1:${ours.address.port}`)
    // It ends itself before it answers, and so it does not always answer.
    if (answer !== '') expect(JSON.parse(answer)).toMatchObject({ status: true, response: { coins: 1 } })
    await poor.gone()
    const again = await startReference(2, {
      port: 0,
      folder: poor.folder,
      connect: [`127.0.0.1:${ours.address.port}`],
      more: ['-allowallip'],
    })
    await follow(again)
    const [minima] = await again.ask<{ confirmed: string; sendable: string }[]>('balance')
    expect(minima).toMatchObject({ confirmed: '6', sendable: '6' })
    await again.ask(`send amount:1 address:${phraseAddress}`)
    await again.until(async () => {
      await mine(1)
      const [after] = await again.ask<{ confirmed: string; unconfirmed: string }[]>('balance')
      return after!.confirmed === '0' && after!.unconfirmed === '5'
    }, SPREAD_MS)
  })

  test('files of all coins go both ways', async () => {
    await theirs.ask('megammr action:export file:theirs.megammr')
    const place = openNodeFolder(join(newFolder(), 'node'), builtInNetwork('test'))
    const node = await startFull(place, { genesis: true, megaMMR: true, phrase })
    const files = join(place.path, FILES_FOLDER)
    mkdirSync(files)
    copyFileSync(findFile(theirs.folder, 'theirs.megammr'), join(files, 'theirs.megammr'))
    expect(JSON.parse(await node.run('megammr action:import file:theirs.megammr'))).toMatchObject({ status: true })
    await node.stop()
    openNodeFolder(place.path, undefined)
    const again = await startFull(place, { megaMMR: true })
    const mega = again.node.parts().chain.megaMMR!
    expect(mega.isComplete).toBe(true)
    expect(mega.coins.page(-1, 10_000)).toEqual(ours.core.chain.megaMMR!.coins.page(-1, 10_000))

    expect(JSON.parse(await again.run('megammr action:export file:ours.megammr'))).toMatchObject({ status: true })
    copyFileSync(join(files, 'ours.megammr'), join(theirs.folder, 'ours.megammr'))
    expect(await theirs.ask('megammr action:integrity file:ours.megammr')).toMatchObject({
      chaintip: again.node.tip()!.number,
    })
  })
})

function findFile(folder: string, name: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(name))
  return join(folder, found ?? name)
}
