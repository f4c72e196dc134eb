import { expect } from 'vitest'
import { greeted, id, type Row, times } from './attack.ts'

/** More of what is allowed than anybody needs. */
export const floods: readonly Row[] = [
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
    attack: greeted((p, a) => {
      p.pause()
      times(20_000, () => p.send({ name: 'txpowRequest', value: a.node.core.chain.tip!.id }))
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
    attack: greeted((p, a) =>
      times(500, () => p.send({ name: 'pulse', value: { blocks: [id(), a.node.core.chain.tip!.id] } })),
    ),
    expects: 'borne',
    also: (_, p) => expect(p.count('txpowRequest')).toBeLessThan(10),
  },
]
