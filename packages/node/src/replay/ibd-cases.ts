import {
  Cascade,
  chainWeight,
  checkIBD,
  decode,
  encode,
  fromHex,
  IBD,
  isOursHeavierOrEqual,
  MiniNumber,
  TxBlock,
  toHex,
  txpowId,
  weighIBD,
} from '@minipolis/minima'
import { answerPeer, archiveBelow, archiveFrom, completeDownload, weighChain } from '../chain/index.ts'
import { compareCascade } from './compare-state.ts'
import { expectSame } from './mismatch.ts'
import type { RecordedIbd, RecordedIbds } from './recording.ts'
import type { ReplayCase } from './replay-case.ts'
import type { ReplayNode } from './replay-node.ts'

/** What a node at the end of a recorded chain answers to peers. `node` gives that node when the case is checked. */
export function* ibdCases(recorded: RecordedIbds, node: () => ReplayNode): Generator<ReplayCase> {
  yield {
    name: 'complete download',
    check: () => {
      const { chain, branch } = node()
      compareIbd(node(), decode(IBD, completeDownload(chain, branch)), recorded.complete)
    },
  }
  yield {
    name: 'cascade',
    check: () => {
      const { chain } = node()
      expectSame('cascade', toHex(encode(Cascade, chain.cascade.cascade)), recorded.cascade)
      compareCascade(chain.cascade, recorded.cascadenodes)
    },
  }
  for (const greeting of recorded.greetings) {
    yield {
      name: `answer to ${greeting.name}`,
      check: () => {
        const { chain, branch } = node()
        const peer = { topBlock: MiniNumber.parse(greeting.topblock), chain: greeting.chain.map(fromHex) }
        const { ibd, isSameChain } = answerPeer(chain, branch, peer)
        expectSame('same chain', isSameChain, greeting.valid)
        compareIbd(node(), decode(IBD, ibd), greeting.ibd)
      },
    }
  }
  yield {
    name: 'older than the root',
    check: () => {
      const { chain, branch } = node()
      compareIbd(node(), decode(IBD, archiveBelow(branch, chain.tree.root!.number)), recorded.syncfromroot)
    },
  }
  for (const [name, number] of [
    ['archivefrom0', 0],
    ['archivefrom10', 10],
  ] as const) {
    yield {
      name,
      check: () => {
        const { chain, branch } = node()
        compareIbd(node(), decode(IBD, archiveFrom(chain, branch, number)), recorded[name])
      },
    }
  }
  for (const heavier of recorded.heavier) {
    // Another recording's chain is not at hand here.
    if (/another chain/.test(heavier.name)) continue
    yield { name: `heavier than ${heavier.name}`, check: () => compareHeavier(node(), heavier) }
  }
}

function compareIbd({ chain }: ReplayNode, ibd: IBD, recorded: RecordedIbd): void {
  expectSame('has a cascade', ibd.cascade !== null, recorded.hascascade)
  expectSame('cascade length', ibd.cascade?.nodes.length ?? 0, recorded.cascadelength)
  expectSame(
    'blocks',
    ibd.blocks.map(({ txpow }) => toHex(txpowId(txpow))),
    recorded.blocks,
  )
  expectSame('weight', chainWeight(weighIBD(ibd), chain.parameters), recorded.weight)
  expectSame('fits together', checkIBD(ibd).ok, recorded.validdata)
  if (recorded.ibd !== undefined) expectSame('written form', toHex(encode(IBD, ibd)), recorded.ibd)
}

function compareHeavier({ chain, branch }: ReplayNode, recorded: RecordedIbds['heavier'][number]): void {
  const ours = decode(IBD, completeDownload(chain, branch))
  const extra = recorded.extratxblock === undefined ? [] : [decode(TxBlock, fromHex(recorded.extratxblock))]
  const cut = /without the last three/.test(recorded.name) ? ours.blocks.slice(0, -3) : ours.blocks
  const theirs = weighIBD({ ...ours, blocks: [...cut, ...extra] })
  expectSame(
    'heavier or equal',
    isOursHeavierOrEqual(weighChain(chain), theirs, chain.parameters),
    recorded.oursheavierorequal,
  )
}
