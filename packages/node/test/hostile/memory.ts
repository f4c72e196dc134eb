import { concatBytes } from '@minipolis/minima'
import { greeted, type Row } from './attack.ts'

/** Messages begun and never finished, for as long as that is borne. */
export const memory: readonly Row[] = [
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
