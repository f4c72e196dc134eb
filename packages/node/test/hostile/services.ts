import { encode, MiniNumber, TxBlock, TxPoW } from '@minipolis/minima'
import { expect } from 'vitest'
import { messageType } from '../../src/wire/index.ts'
import { until } from '../peer-node.ts'
import { greeted, id, one, type Row, random, times } from './attack.ts'

/** What a node does for others: archive, coins, messages, texts, and work for nodes that check nothing. */
export const services: readonly Row[] = [
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
      times(200, () => p.frame(messageType('txblock'), encode(TxBlock, a.blockWithGift(true)))),
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
    name: 'the messaging key of another',
    attack: async (a) => {
      const key = random.bytes(162)
      a.honest.send({ name: 'maximaCtrl', value: { kind: 0, value: key } })
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
    also: async (a, p) => {
      await until(() => a.honest.count('maximaTxPoW') > 0, 'the owner gets the message')
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
    also: (a) => {
      const texts = a.node.events.filter((event) => event.kind === 'text')
      expect(texts.length).toBeLessThan(3)
      expect(JSON.stringify(texts)).not.toMatch(/\\u001b|\\n/)
    },
  },
]
