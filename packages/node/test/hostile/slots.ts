import type { RawPeer } from '../attacker.ts'
import { until } from '../peer-node.ts'
import type { Row } from './attack.ts'

/** Connections: too many, or opened again and again. */
export const slots: readonly Row[] = [
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
    attack: async (a) => {
      const peers: RawPeer[] = []
      for (let i = 1; i <= 60; i++) peers.push(await a.open(`127.9.9.${i}`))
      await until(() => peers.filter(({ isClosed }) => !isClosed).length <= 32, 'only 32 stay')
      return peers.find(({ isClosed }) => isClosed)!
    },
    expects: 'cut',
  },
]
