import { decode, fromHex, TxPoW } from '@minipolis/minima'
import { compareBlock } from './compare-block.ts'
import { compareState } from './compare-state.ts'
import { ibdCases } from './ibd-cases.ts'
import { expectSame, ReplayError } from './mismatch.ts'
import type { BlocksRecording } from './recording.ts'
import type { ReplayCase } from './replay-case.ts'
import { ReplayNode } from './replay-node.ts'

type RecordedEntry = BlocksRecording['blocks'][number]

/** The blocks of a node that mined by itself, in the order they were seen, then what it answers to peers. */
export function* blockCases(recording: BlocksRecording): Generator<ReplayCase> {
  const node = new ReplayNode(recording.header, recording.wallet)
  try {
    for (const entry of recording.blocks) {
      yield { name: `block ${entry.block.number} ${entry.txpowid}`, check: () => checkEntry(node, entry) }
    }
    if (recording.ibd !== undefined) yield* ibdCases(recording.ibd, () => node)
  } finally {
    node.close()
  }
}

function checkEntry(node: ReplayNode, entry: RecordedEntry): void {
  for (const unit of entry.txns) node.feed(decode(TxPoW, fromHex(typeof unit === 'string' ? unit : unit.txpow)))
  node.feed(decode(TxPoW, fromHex(entry.txpow)))
  const block = node.chain.tree.get(entry.txpowid)
  if (block === undefined) throw new ReplayError('mismatch', `block ${entry.txpowid} is not in the tree`)
  compareBlock(block, node.txblock(block), entry.block, node.chain.parameters)

  // The state was read some time after the block was seen: where blocks followed fast, it is that of a later entry.
  const isLater = entry.state.treesize > node.chain.tree.size || node.chain.tree.get(entry.state.tip) === undefined
  if (isLater) return
  compareState(node, entry.state)
  expectSame('mempool', node.pool.ids().sort(), entry.state.mempool)
}
