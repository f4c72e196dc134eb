import { concatBytes, utf8 } from '@minipolis/minima'
import { expect } from 'vitest'
import { until } from '../peer-node.ts'
import { id, one, type Row, times } from './attack.ts'

/** Greetings that lie, repeat themselves or never come. */
export const greetings: readonly Row[] = [
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
          ['host', '127.0.0.1'],
          ['port', '9001'],
        ],
      })
      await until(() => p.count('greeting') > 0, 'a greeting')
      p.send({ name: 'pulse', value: { blocks: [id()] } })
    }),
    expects: 'cut',
    also: (a) => expect(a.honest.isClosed).toBe(false),
  },
]
