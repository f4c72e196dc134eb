import { expect } from 'vitest'
import { type P2PMessage, printP2P } from '../../src/wire/index.ts'
import type { RawPeer } from '../attacker.ts'
import { until } from '../peer-node.ts'
import { greeted, id, one, type Row, times } from './attack.ts'

const say = (peer: RawPeer, message: P2PMessage): void => peer.send({ name: 'p2p', value: printP2P(message) })

/** The greeting of one who accepts no links, with addresses to tell. */
const told = (hosts: readonly string[]): P2PMessage => ({
  kind: 'greeting',
  port: 9001,
  neighbourhood: undefined,
  knownPeers: hosts.map((host) => ({ host, port: 9 })),
})

/** Talk of where peers are and whom to connect to. */
export const topology: readonly Row[] = [
  {
    name: 'a wish to connect elsewhere',
    attack: greeted((p) => say(p, { kind: 'swap', secret: '0x00', target: { host: '127.0.0.99', port: 9 } })),
    expects: 'borne',
    also: (a) => expect(a.node.peers.network.peers().some(({ address }) => address === '127.0.0.99:9')).toBe(false),
  },
  {
    name: 'an answer to a walk that was never begun',
    attack: greeted((p, a) =>
      say(p, {
        kind: 'walk',
        secret: '0x01',
        walkInLinks: true,
        isJoining: true,
        isClient: false,
        clientSlots: 0,
        isReturning: true,
        path: [
          { host: '127.0.0.1', port: a.node.peers.network.port },
          { host: '127.0.0.98', port: 9 },
        ],
      }),
    ),
    expects: 'borne',
    also: (a) => expect(a.node.peers.network.peers().some(({ address }) => address === '127.0.0.98:9')).toBe(false),
  },
  {
    name: 'an address that this node did not ask for',
    attack: greeted((p) => say(p, { kind: 'tell-ip', ip: '6.6.6.6', secret: '' })),
    expects: 'borne',
    also: (a) => expect(a.node.peers.network.ownHost).toBeUndefined(),
  },
  {
    name: 'hundreds of peers that are not there',
    attack: greeted((p) => say(p, told(Array.from({ length: 250 }, (_, i) => `10.1.${i}.1`)))),
    expects: 'borne',
    also: (a) => expect(a.node.peers.network.hasAnybodyToCall).toBe(false),
  },
  {
    name: 'lists of peers without end',
    attack: greeted((p) => times(60, (i) => say(p, told(Array.from({ length: 250 }, (_, k) => `10.${i}.${k}.1`))))),
    expects: 'borne',
    also: (a) => {
      expect(a.node.peers.network.knownPeers()).toEqual([])
      expect(a.node.peers.network.hasAnybodyToCall).toBe(false)
    },
  },
  {
    name: 'names and places that are none in a list of peers',
    attack: greeted((p) =>
      say(p, {
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
    ),
    expects: 'borne',
    also: (a) => expect(a.node.peers.network.hasAnybodyToCall).toBe(false),
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
]
