import {
  bigIntToBytes,
  concatBytes,
  createTxBlock,
  encode,
  IBD,
  MAX_DIFFICULTY,
  MiniNumber,
  StateType,
  TxBlock,
  TxPoW,
  toHex,
  txpowId,
  utf8,
} from '@minipolis/minima'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { messageType, printP2P } from '../src/wire/index.ts'
import { RawPeer } from './attacker.ts'
import { forge } from './forge.ts'
import { nodeWithHistory, type PeerNode, until } from './peer-node.ts'
import { createRandom } from './seeded-random.ts'

/** Bytes by which the heap and its buffers may grow over one attack. */
const GROWTH_MAX = 96 * 1024 * 1024
const SERVED_MS = 2_000
const HONEST_IP = '127.0.0.1'

let skewMs = 0
let node: PeerNode
/** A payment of the node, with a signature that holds. */
let signed: TxPoW
let honest: RawPeer
let nextIp = 2
const opened: RawPeer[] = []
const random = createRandom(7)

/** What an attack works with: a node, and connections from an address that no other attack has. */
class Attack {
  readonly ip = `127.0.${1 + Math.floor(nextIp / 200)}.${(nextIp++ % 200) + 1}`

  async open(ip = this.ip): Promise<RawPeer> {
    const peer = await RawPeer.open(node.peers.network.port, ip)
    opened.push(peer)
    return peer
  }

  async greeted(ip = this.ip): Promise<RawPeer> {
    return (await this.open(ip)).greeted()
  }

  /** A candidate on the node's tip. */
  template(): TxPoW {
    return node.core.template(undefined)
  }

  sendUnit(peer: RawPeer, txpow: TxPoW): void {
    peer.frame(messageType('txpow'), encode(TxPoW, txpow))
  }

  sendChain(peer: RawPeer, blocks: readonly TxBlock[]): void {
    peer.frame(messageType('ibd'), encode(IBD, { cascade: null, blocks }))
  }

  get isBanned(): boolean {
    return node.peers.network.banned().includes(this.ip)
  }
}

interface Row {
  readonly name: string
  readonly attack: (a: Attack) => Promise<RawPeer>
  /** `cut`: the connection ends; `banned`: the address is kept out as well; `borne`: nothing comes of it. */
  readonly expects: 'cut' | 'banned' | 'borne'
  /** Whether a block of the attack is a good one. */
  readonly movesTip?: boolean
  /** Milliseconds that the clock of the connections jumps after the attack. */
  readonly laterMs?: number
  readonly also?: (a: Attack, peer: RawPeer) => void | Promise<void>
}

const one =
  (send: (peer: RawPeer, a: Attack) => void | Promise<void>) =>
  async (a: Attack): Promise<RawPeer> => {
    const peer = await a.open()
    await send(peer, a)
    return peer
  }

const greeted =
  (send: (peer: RawPeer, a: Attack) => void | Promise<void>) =>
  async (a: Attack): Promise<RawPeer> => {
    const peer = await a.greeted()
    await send(peer, a)
    return peer
  }

const times = (count: number, act: (i: number) => void): void => {
  for (let i = 0; i < count; i++) act(i)
}

const id = (): Uint8Array => random.bytes(32)
const isNotInTree = (txpow: TxPoW): void => expect(node.core.chain.tree.get(toHex(txpowId(txpow)))).toBeUndefined()

/** A TxBlock on the tip with a billion more than there was. */
function blockWithGift(a: Attack, worked: boolean): TxBlock {
  const tip = node.core.chain.tip!
  const template = a.template()
  const coin = [...node.core.chain.coins.all()][0]!
  const txpow = worked ? forge(template) : template
  const honestBlock = createTxBlock(tip.mmr, txpow, [])
  return { ...honestBlock, newCoins: [...honestBlock.newCoins, { ...coin, amount: MiniNumber.of(1_000_000) }] }
}

const rows: readonly Row[] = [
  // Frames
  { name: 'a negative length', attack: one((p) => p.hex('ffffffff')), expects: 'cut' },
  { name: 'the most negative length', attack: one((p) => p.hex('80000000')), expects: 'cut' },
  { name: 'a length above 256 MiB', attack: one((p) => p.hex('10000001 02')), expects: 'cut' },
  { name: 'an id of a megabyte', attack: one((p) => p.hex('00100000 02')), expects: 'banned' },
  { name: 'a greeting of 200 MiB', attack: one((p) => p.hex('0c800000 00')), expects: 'banned' },
  { name: 'a chain of 200 MiB before any greeting', attack: one((p) => p.hex('0c800000 01')), expects: 'banned' },
  { name: 'a TxPoW of 10 MiB', attack: one((p) => p.hex('00a00000 04')), expects: 'banned' },
  { name: 'an unknown type of a megabyte', attack: one((p) => p.hex('00100000 c8')), expects: 'banned' },
  { name: 'empty frames without end', attack: one((p) => times(200, () => p.hex('00000000'))), expects: 'cut' },
  { name: 'unknown types without end', attack: one((p) => times(200, () => p.frame(99, id()))), expects: 'cut' },
  {
    name: 'a frame that never ends',
    attack: greeted((p) => p.hex('00010000 07 0000')),
    expects: 'cut',
    laterMs: 90_000,
  },
  { name: 'bytes of chance', attack: one((p) => p.raw(random.bytes(20_000))), expects: 'borne' },
  {
    name: 'bytes of chance on many connections',
    attack: async (a) => {
      let last = await a.open()
      for (let i = 0; i < 40; i++) {
        last.raw(random.bytes(random.below(300)))
        last.close()
        last = await a.open()
      }
      return last
    },
    expects: 'borne',
  },
  {
    name: 'valid heads over bytes of chance',
    attack: one((p) => times(200, () => p.frame(random.below(24), random.bytes(random.below(64))))),
    expects: 'cut',
  },
  // Greetings
  { name: 'silence', attack: one(() => undefined), expects: 'cut', laterMs: 21_000 },
  {
    name: 'pings in place of a greeting',
    attack: one((p) => times(5, () => p.send({ name: 'ping', value: id() }))),
    expects: 'cut',
    laterMs: 21_000,
  },
  {
    name: 'greeting without end',
    attack: one((p) => times(3, (i) => p.greet({ extra: [['port', String(i)]] }))),
    expects: 'cut',
  },
  {
    name: 'a greeting of another network',
    attack: one((p) => p.greet({ version: '1.0.45' })),
    expects: 'cut',
    also: (_, p) => expect(p.count('greeting')).toBe(1),
  },
  {
    name: 'a greeting with a number as port',
    attack: one((p) => p.greet({ extra: [['port', 9001n]] })),
    expects: 'cut',
    laterMs: 21_000,
  },
  {
    name: 'a greeting with 5,000 ids',
    attack: one((p) => p.greet({ topBlock: 5000, chain: Array.from({ length: 5000 }, id) })),
    expects: 'cut',
    laterMs: 21_000,
  },
  {
    name: 'a greeting with a top block of 2^60',
    attack: one((p) => p.greet({ topBlock: 2n ** 60n, chain: [id()] })),
    expects: 'borne',
  },
  {
    name: 'deep nesting in a greeting',
    attack: one((p) => {
      const text = utf8('['.repeat(200_000))
      const size = new Uint8Array(4)
      new DataView(size.buffer).setInt32(0, text.length)
      p.frame(
        0,
        concatBytes(
          Buffer.from('0000000b312e302e34352d54455354', 'hex'),
          size,
          text,
          Buffer.from('0001ff000100', 'hex'),
        ),
      )
    }),
    expects: 'borne',
  },
  {
    name: 'the name of a third node, then a false pulse',
    attack: one(async (p) => {
      p.greet({
        extra: [
          ['host', HONEST_IP],
          ['port', '9001'],
        ],
      })
      await until(() => p.count('greeting') > 0, 'a greeting')
      p.send({ name: 'pulse', value: { blocks: [id()] } })
    }),
    expects: 'cut',
    also: () => expect(honest.isClosed).toBe(false),
  },
  // Lengths, counts, nesting
  {
    name: 'a byte string of 512 MiB in nine bytes',
    attack: one((p) => times(60, () => p.hex('00000005 02 20000000'))),
    expects: 'banned',
  },
  {
    name: 'a list of two billion ids',
    attack: greeted((p) => times(60, () => p.hex('0000000a 06 000101 00047fffffff'))),
    expects: 'borne',
  },
  { name: 'numbers of 10^127', attack: greeted((p) => times(60, () => p.hex('00000004 0f 810101'))), expects: 'borne' },
  {
    name: 'deep nesting in a P2P message',
    attack: greeted((p) => times(15, () => p.send({ name: 'p2p', value: '{"swap_links_p2p":'.repeat(3000) }))),
    expects: 'borne',
  },
  // Chains
  {
    name: 'a chain before any greeting',
    attack: one((p, a) => a.sendChain(p, [blockWithGift(a, false)])),
    expects: 'borne',
  },
  {
    name: 'a block without work that makes money',
    attack: greeted((p, a) => a.sendChain(p, [blockWithGift(a, false)])),
    expects: 'cut',
  },
  {
    name: 'a worked block that makes money',
    attack: greeted((p, a) => a.sendChain(p, [blockWithGift(a, true)])),
    expects: 'cut',
  },
  {
    name: 'a block with the peaks of another coin tree',
    attack: greeted((p, a) => {
      const block = createTxBlock(node.core.chain.tip!.mmr, forge(a.template()), [])
      const previousPeaks = block.previousPeaks.map((peak) => ({ ...peak, data: { ...peak.data, data: id() } }))
      a.sendChain(p, [{ ...block, previousPeaks }])
    }),
    expects: 'cut',
  },
  {
    name: 'a chain that stands on nothing',
    attack: greeted((p, a) => {
      const { header } = a.template()
      const orphan = forge(a.template(), { header: { superParents: header.superParents.map(() => id()) } })
      a.sendChain(p, [createTxBlock(node.core.chain.tip!.mmr, orphan, [])])
    }),
    expects: 'cut',
  },
  {
    name: 'two billion blocks in ten bytes',
    attack: greeted((p) => p.frame(1, Buffer.from('0000047fffffff00', 'hex'))),
    expects: 'cut',
  },
  {
    name: 'a chain of 40 MiB of zeros',
    attack: greeted(async (p) => {
      p.frame(1, new Uint8Array(40 * 1024 * 1024))
      await p.flushed()
    }),
    expects: 'borne',
  },
  {
    name: 'a chain of 30 MiB of chance',
    attack: greeted(async (p) => {
      const b = new Uint8Array(30 * 1024 * 1024).fill(0x7f)
      b[0] = 0
      p.frame(1, b)
      await p.flushed()
    }),
    expects: 'cut',
  },
  {
    name: 'a cascade that does not hang together',
    attack: greeted((p, a) => {
      const nodes = [0, 0, 3].map((level) => ({ txpow: a.template(), level }))
      p.frame(
        1,
        encode(IBD, { cascade: { nodes }, blocks: [createTxBlock(node.core.chain.tip!.mmr, a.template(), [])] }),
      )
    }),
    expects: 'cut',
  },
  {
    name: 'a second chain of 1 MiB',
    attack: greeted((p) => {
      p.frame(1, Buffer.from('00000100', 'hex'))
      p.frame(1, new Uint8Array(1024 * 1024))
    }),
    expects: 'banned',
  },
  {
    name: 'older blocks that nobody asked for',
    attack: greeted((p) => p.frame(14, new Uint8Array(1024 * 1024))),
    expects: 'banned',
  },
  // Units
  {
    name: 'units without work',
    attack: greeted((p, a) =>
      times(15, () => a.sendUnit(p, { ...a.template(), body: { ...a.template().body!, prng: id() } })),
    ),
    expects: 'banned',
  },
  {
    name: 'a unit with another body than it was mined for',
    attack: greeted(async (p, a) => {
      const good = forge(a.template())
      a.sendUnit(p, { ...good, body: { ...good.body!, prng: id() } })
      await until(
        () => honest.messages('txpowRequest').some(({ value }) => toHex(value as Uint8Array) === toHex(txpowId(good))),
        'the honest peer is asked for the true body',
      )
      a.sendUnit(honest, good)
      await until(() => node.tip === toHex(txpowId(good)), 'the block with its true body is the tip')
      expect(node.core.chain.known.get(node.tip!)!.body!.prng).toEqual(good.body!.prng)
    }),
    expects: 'borne',
    movesTip: true,
  },
  {
    name: 'units that are false at first sight',
    attack: greeted((p, a) =>
      times(12, () => {
        const template = a.template()
        a.sendUnit(
          p,
          forge(template, { body: { prng: id(), transaction: { ...template.body!.transaction, linkHash: id() } } }),
        )
      }),
    ),
    expects: 'banned',
  },
  {
    name: 'signatures of another transaction',
    attack: greeted((p, a) =>
      times(12, () => {
        const { transaction, witness } = signed.body!
        const other = { ...transaction, state: [{ port: 1, type: StateType.hex, value: toHex(id()) }] }
        a.sendUnit(p, forge(a.template(), { body: { prng: id(), transaction: other, witness } }))
      }),
    ),
    expects: 'banned',
  },
  {
    name: 'one good signature fifteen times over',
    attack: greeted((p, a) => {
      const { transaction, witness } = signed.body!
      const signatures = Array.from({ length: 15 }, () => witness.signatures[0]!)
      const body = { prng: id(), transaction, witness: { ...witness, signatures } }
      a.sendUnit(p, forge(a.template(), { body }))
    }),
    expects: 'borne',
  },
  {
    name: 'a block of another chain id',
    attack: greeted((p, a) => a.sendUnit(p, forge(a.template(), { header: { chainId: Uint8Array.of(1) } }))),
    expects: 'borne',
  },
  {
    name: 'a difficulty that is easier than it may be',
    attack: greeted((p, a) => {
      const t = forge(a.template(), { header: { blockDifficulty: MAX_DIFFICULTY } })
      a.sendUnit(p, t)
      setTimeout(() => isNotInTree(t), 200)
    }),
    expects: 'borne',
  },
  {
    name: 'a difficulty that claims the weight of the world',
    attack: greeted((p, a) =>
      a.sendUnit(p, { ...a.template(), header: { ...a.template().header, blockDifficulty: bigIntToBytes(1n) } }),
    ),
    expects: 'borne',
  },
  {
    name: 'a block of the past',
    attack: greeted((p, a) => a.sendUnit(p, forge(a.template(), { header: { time: MiniNumber.of(1_000) } }))),
    expects: 'borne',
  },
  {
    name: 'a block of next year',
    attack: greeted((p, a) =>
      a.sendUnit(p, forge(a.template(), { header: { time: MiniNumber.of(Date.now() + 3e10) } })),
    ),
    expects: 'borne',
  },
  {
    name: 'false super parents',
    attack: greeted((p, a) => {
      const { header } = a.template()
      a.sendUnit(
        p,
        forge(a.template(), {
          header: { superParents: [header.superParents[0]!, ...header.superParents.slice(1).map(() => id())] },
        }),
      )
    }),
    expects: 'borne',
  },
  {
    name: 'a false coin root',
    attack: greeted((p, a) => a.sendUnit(p, forge(a.template(), { header: { mmrRoot: id() } }))),
    expects: 'borne',
  },
  {
    name: 'blocks on parents that do not exist',
    attack: greeted((p, a) =>
      times(15, () =>
        a.sendUnit(
          p,
          forge(a.template(), { header: { superParents: a.template().header.superParents.map(() => id()) } }),
        ),
      ),
    ),
    expects: 'borne',
    also: async (_, p) => until(() => p.count('txpowRequest') > 0, 'the parents are asked for'),
  },
  {
    name: 'the same unit again and again',
    attack: greeted((p, a) => {
      const unit = encode(TxPoW, forge(a.template(), { header: { mmrRoot: id() } }))
      times(400, () => p.frame(4, unit))
    }),
    expects: 'banned',
  },
  {
    name: 'bare headers',
    attack: greeted((p, a) => times(10, () => a.sendUnit(p, { ...a.template(), body: null }))),
    expects: 'borne',
  },
  // Floods
  {
    name: '30,000 ids of nothing',
    attack: greeted(async (p) => {
      times(30_000, () => p.send({ name: 'txpowId', value: id() }))
      await p.flushed()
    }),
    expects: 'borne',
  },
  {
    name: 'requests whose answers are never read',
    attack: greeted((p) => {
      p.pause()
      times(20_000, () => p.send({ name: 'txpowRequest', value: node.core.chain.tip!.id }))
    }),
    expects: 'borne',
  },
  {
    name: 'a pulse of another chain',
    attack: greeted((p) => p.send({ name: 'pulse', value: { blocks: [id(), id()] } })),
    expects: 'cut',
  },
  {
    name: 'a pulse of 1,100 ids',
    attack: greeted((p) => p.send({ name: 'pulse', value: { blocks: Array.from({ length: 1100 }, id) } })),
    expects: 'borne',
  },
  {
    name: 'pulses without end',
    attack: greeted((p) =>
      times(500, () => p.send({ name: 'pulse', value: { blocks: [id(), node.core.chain.tip!.id] } })),
    ),
    expects: 'borne',
    also: (_, p) => expect(p.count('txpowRequest')).toBeLessThan(10),
  },
  {
    name: 'archive requests without end',
    attack: one((p) => times(500, () => p.send({ name: 'archiveRequest', value: MiniNumber.ZERO }))),
    expects: 'borne',
    also: (_, p) => expect(p.count('archiveData')).toBeLessThan(30),
  },
  {
    name: 'single pings without end',
    attack: one((p) => times(500, () => p.send({ name: 'singlePing', value: id() }))),
    expects: 'borne',
    also: (_, p) => expect(p.count('singlePong')).toBeLessThan(15),
  },
  {
    name: 'scans of all coins again and again',
    attack: async (a) => {
      let peer = await a.open()
      for (let i = 0; i < 30; i++) {
        peer.hex('0000000a 16 000101 000100 000100')
        peer = await a.open()
      }
      peer.hex('0000000a 16 000101 000100 000100')
      return peer
    },
    expects: 'cut',
  },
  {
    name: 'a scan for two billion addresses',
    attack: one((p) => times(60, () => p.hex('0000000d 16 000101 00047fffffff 00010000'))),
    expects: 'borne',
    also: (_, p) => expect(p.count('megaMMRSyncResponse')).toBe(0),
  },
  {
    name: 'work that nobody asked for',
    attack: greeted((p, a) =>
      times(200, () => p.frame(messageType('txblockMine'), encode(TxPoW, { ...a.template(), body: null }))),
    ),
    expects: 'borne',
    also: (_, p) => expect(p.count('txpowId')).toBe(0),
  },
  {
    name: 'blocks in the form for nodes that check nothing',
    attack: greeted((p, a) =>
      times(200, () => p.frame(messageType('txblock'), encode(TxBlock, blockWithGift(a, true)))),
    ),
    expects: 'borne',
  },
  {
    name: 'ids of blocks, and requests for them, without end',
    attack: greeted((p) =>
      times(10_000, (i) => p.send({ name: i % 2 === 0 ? 'txblockId' : 'txblockRequest', value: id() })),
    ),
    expects: 'borne',
    also: (_, p) => expect(p.count('txblock')).toBe(0),
  },
  { name: 'a scan of all coins', attack: one((p) => p.hex('0000000a 16 000101 000100 000100')), expects: 'cut' },
  {
    name: 'whole chains again and again',
    attack: async (a) => {
      let peer = await a.open()
      for (let i = 0; i < 40; i++) {
        peer.greet()
        peer.close()
        peer = await a.open()
      }
      peer.greet()
      return peer
    },
    expects: 'borne',
  },
  {
    name: 'a hundred connections from one address',
    attack: async (a) => {
      const peers = await Promise.all(Array.from({ length: 100 }, () => a.open()))
      await until(() => peers.filter(({ isClosed }) => !isClosed).length <= 8, 'only eight stay')
      return peers.find(({ isClosed }) => isClosed)!
    },
    expects: 'cut',
  },
  {
    name: 'connections from many addresses of one block',
    attack: async () => {
      const peers: RawPeer[] = []
      for (let i = 1; i <= 60; i++) peers.push(await new Attack().open(`127.9.9.${i}`))
      await until(() => peers.filter(({ isClosed }) => !isClosed).length <= 32, 'only 32 stay')
      return peers.find(({ isClosed }) => isClosed)!
    },
    expects: 'cut',
  },
  {
    name: 'the messaging key of another',
    attack: async (a) => {
      const key = random.bytes(162)
      honest.send({ name: 'maximaCtrl', value: { kind: 0, value: key } })
      const peer = await a.greeted()
      peer.send({ name: 'maximaCtrl', value: { kind: 0, value: key } })
      await new Promise((resolve) => setTimeout(resolve, 100))
      const sender = await a.open()
      sender.send({
        name: 'maximaTxPoW',
        value: { version: '1.0', package: { version: '1.0', to: key, sealed: id() }, txpow: a.template() },
      })
      await until(() => sender.count('ping') > 0, 'a status')
      return peer
    },
    expects: 'borne',
    also: async (_, p) => {
      await until(() => honest.count('maximaTxPoW') > 0, 'the owner gets the message')
      expect(p.count('maximaTxPoW')).toBe(0)
    },
  },
  {
    name: 'messaging keys without end',
    attack: greeted((p) =>
      times(500, () => p.send({ name: 'maximaCtrl', value: { kind: 0, value: random.bytes(162) } })),
    ),
    expects: 'borne',
  },
  {
    name: 'texts that draw on the screen',
    attack: greeted((p) => times(20, () => p.send({ name: 'text', value: '\u001b[2Jhello\r\nroot: ' }))),
    expects: 'borne',
    also: () => {
      const texts = node.events.filter((event) => event.kind === 'text')
      expect(texts.length).toBeLessThan(3)
      expect(JSON.stringify(texts)).not.toMatch(/\\u001b|\\n/)
    },
  },
  // Topology
  {
    name: 'a wish to connect elsewhere',
    attack: greeted((p) =>
      p.send({
        name: 'p2p',
        value: printP2P({ kind: 'swap', secret: '0x00', target: { host: '127.0.0.99', port: 9 } }),
      }),
    ),
    expects: 'borne',
    also: () => expect(node.peers.network.peers().some(({ address }) => address === '127.0.0.99:9')).toBe(false),
  },
  {
    name: 'an answer to a walk that was never begun',
    attack: greeted((p) =>
      p.send({
        name: 'p2p',
        value: printP2P({
          kind: 'walk',
          secret: '0x01',
          walkInLinks: true,
          isJoining: true,
          isClient: false,
          clientSlots: 0,
          isReturning: true,
          path: [
            { host: '127.0.0.1', port: node.peers.network.port },
            { host: '127.0.0.98', port: 9 },
          ],
        }),
      }),
    ),
    expects: 'borne',
    also: () => expect(node.peers.network.peers().some(({ address }) => address === '127.0.0.98:9')).toBe(false),
  },
  {
    name: 'an address that this node did not ask for',
    attack: greeted((p) => p.send({ name: 'p2p', value: printP2P({ kind: 'tell-ip', ip: '6.6.6.6', secret: '' }) })),
    expects: 'borne',
  },
  {
    name: 'hundreds of peers that are not there',
    attack: greeted((p) =>
      p.send({
        name: 'p2p',
        value: printP2P({
          kind: 'greeting',
          port: 9001,
          neighbourhood: undefined,
          knownPeers: Array.from({ length: 250 }, (_, i) => ({ host: `10.1.${i}.1`, port: 9 })),
        }),
      }),
    ),
    expects: 'borne',
  },
  {
    name: 'lists of peers without end',
    attack: greeted((p) =>
      times(60, (i) =>
        p.send({
          name: 'p2p',
          value: printP2P({
            kind: 'greeting',
            port: 9001,
            neighbourhood: undefined,
            knownPeers: Array.from({ length: 250 }, (_, k) => ({ host: `10.${i}.${k}.1`, port: 9 })),
          }),
        }),
      ),
    ),
    expects: 'borne',
    also: () => expect(node.peers.network.knownPeers()).toEqual([]),
  },
  {
    name: 'names and places that are none in a list of peers',
    attack: greeted((p) =>
      p.send({
        name: 'p2p',
        value: printP2P({
          kind: 'greeting',
          port: 9001,
          neighbourhood: { clients: 0, clientsMax: 0, outLinks: [], inLinks: [] },
          knownPeers: [
            'localhost',
            'metadata.internal',
            '::1',
            'fd00::1',
            '[::1]',
            '',
            ' ',
            '0x7f000001',
            '2130706433',
          ].map((host) => ({ host, port: 80 })),
        }),
      }),
    ),
    expects: 'borne',
    also: () => expect(node.peers.network.hasAnybodyToCall).toBe(false),
  },
  {
    name: 'news of a chain that is ahead of everything, without a chain',
    attack: one(async (p) => {
      p.greet({ topBlock: 2n ** 53n, chain: [id()] })
      await until(() => p.count('greeting') > 0, 'a greeting')
      times(300, () => p.send({ name: 'txpowId', value: id() }))
    }),
    expects: 'borne',
  },
  // Memory and time
  {
    name: 'half a greeting on every connection',
    attack: async (a) => {
      const peers = await Promise.all(Array.from({ length: 8 }, () => a.open()))
      for (const peer of peers) peer.raw(concatBytes(Buffer.from('0003f000 00', 'hex'), new Uint8Array(250_000)))
      return peers[0]!
    },
    expects: 'cut',
    laterMs: 90_000,
  },
  {
    name: 'a chain that is sent and not finished',
    attack: greeted(async (p) => {
      p.raw(concatBytes(Buffer.from('0c800000 01', 'hex'), new Uint8Array(20 * 1024 * 1024)))
      await p.flushed()
    }),
    expects: 'cut',
    laterMs: 3 * 60 * 60_000,
  },
]

/** The honest peer gets an answer. */
async function isServed(): Promise<void> {
  if (honest.isClosed) honest = await (await RawPeer.open(node.peers.network.port, HONEST_IP)).greeted()
  const before = honest.count('txpow')
  const startMs = Date.now()
  honest.send({ name: 'txpowRequest', value: node.core.chain.tip!.id })
  await until(() => honest.count('txpow') > before, 'the honest peer is served', SERVED_MS)
  expect(Date.now() - startMs).toBeLessThan(SERVED_MS)
}

const heldBytes = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

describe('a running node', () => {
  beforeAll(async () => {
    node = await nodeWithHistory(40, {
      now: () => Date.now() + skewMs,
      peers: {
        p2p: { acceptsLinks: true, links: 5, clients: 2, allowInternal: false, seeds: [], loopMs: 1000 },
        slots: { total: 256, perIp: 8, perBlock: 32 },
        heldBytesMax: 64 * 1024 * 1024,
      },
    })
    const own = { address: await node.core.wallet.address(), amount: MiniNumber.ONE }
    signed = node.core.chain.known.get(await node.send({ outputs: [own], fund: true }))!
    await node.start()
    honest = await (await RawPeer.open(node.peers.network.port, HONEST_IP)).greeted()
  })
  afterAll(async () => {
    honest.close()
    await node.stop()
  })

  test.each(rows.map((row) => [row.name, row] as const))(
    'bears %s',
    async (_, { attack, expects, laterMs = 0, movesTip = false, also }) => {
      const tip = node.tip
      const before = heldBytes()
      const a = new Attack()
      const peer = await attack(a)
      await isServed()
      if (laterMs > 0) {
        // The honest peer stays in touch while time goes by.
        for (let left = laterMs; left > 0; left -= 500_000) {
          skewMs += Math.min(left, 500_000)
          await isServed()
        }
      }
      if (expects === 'borne') {
        await new Promise((resolve) => setTimeout(resolve, 30))
      } else {
        await until(() => peer.isClosed, 'the attacker is cut off', 5_000)
        if (expects === 'banned') expect(a.isBanned).toBe(true)
      }
      await also?.(a, peer)
      await isServed()
      if (!movesTip) expect(node.tip).toBe(tip)
      expect(node.events.filter(({ kind }) => kind === 'failed')).toEqual([])
      for (const other of opened.splice(0)) other.close()
      expect(heldBytes() - before).toBeLessThan(GROWTH_MAX)
    },
  )

  test('has borne more than forty attacks', () => {
    expect(rows.length).toBeGreaterThanOrEqual(40)
  })
})
