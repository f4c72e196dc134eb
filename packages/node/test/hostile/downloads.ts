import { createTxBlock, encode, IBD } from '@minipolis/minima'
import { forge } from '../forge.ts'
import { greeted, id, one, type Row } from './attack.ts'

/** Chains to take over: false ones, broken ones, and those that nobody asked for. */
export const downloads: readonly Row[] = [
  {
    name: 'a chain before any greeting',
    attack: one((p, a) => a.sendChain(p, [a.blockWithGift(false)])),
    expects: 'borne',
  },
  {
    name: 'a block without work that makes money',
    attack: greeted((p, a) => a.sendChain(p, [a.blockWithGift(false)])),
    expects: 'cut',
  },
  {
    name: 'a worked block that makes money',
    attack: greeted((p, a) => a.sendChain(p, [a.blockWithGift(true)])),
    expects: 'cut',
  },
  {
    name: 'a block with the peaks of another coin tree',
    attack: greeted((p, a) => {
      const block = createTxBlock(a.node.core.chain.tip!.mmr, forge(a.template()), [])
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
      a.sendChain(p, [createTxBlock(a.node.core.chain.tip!.mmr, orphan, [])])
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
        encode(IBD, { cascade: { nodes }, blocks: [createTxBlock(a.node.core.chain.tip!.mmr, a.template(), [])] }),
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
]
