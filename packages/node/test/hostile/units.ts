import { bigIntToBytes, encode, MAX_DIFFICULTY, MiniNumber, StateType, TxPoW, toHex, txpowId } from '@minipolis/minima'
import { expect } from 'vitest'
import { forge } from '../forge.ts'
import { until } from '../peer-node.ts'
import { greeted, id, type Row, times } from './attack.ts'

/** TxPoWs: without work, of false work, false in what they say. */
export const units: readonly Row[] = [
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
        () =>
          a.honest.messages('txpowRequest').some(({ value }) => toHex(value as Uint8Array) === toHex(txpowId(good))),
        'the honest peer is asked for the true body',
      )
      a.sendUnit(a.honest, good)
      await until(() => a.node.tip === toHex(txpowId(good)), 'the block with its true body is the tip')
      expect(a.node.core.chain.known.get(a.node.tip!)!.body!.prng).toEqual(good.body!.prng)
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
        const { transaction, witness } = a.signed.body!
        const other = { ...transaction, state: [{ port: 1, type: StateType.hex, value: toHex(id()) }] }
        a.sendUnit(p, forge(a.template(), { body: { prng: id(), transaction: other, witness } }))
      }),
    ),
    expects: 'banned',
  },
  {
    name: 'one good signature fifteen times over',
    attack: greeted((p, a) => {
      const { transaction, witness } = a.signed.body!
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
    attack: greeted(async (p, a) => {
      const easy = forge(a.template(), { header: { blockDifficulty: MAX_DIFFICULTY } })
      a.sendUnit(p, easy)
      // Answers come in the order of what was sent: with this one the block was judged.
      p.send({ name: 'txpowRequest', value: a.node.core.chain.tip!.id })
      await until(() => p.count('txpow') > 0, 'the block was judged')
      expect(a.node.core.chain.tree.get(toHex(txpowId(easy)))).toBeUndefined()
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
]
