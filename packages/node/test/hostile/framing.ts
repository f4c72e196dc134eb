import { greeted, id, one, type Row, random, times } from './attack.ts'

/** Frames: lengths, types, counts and nesting. */
export const framing: readonly Row[] = [
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
]
