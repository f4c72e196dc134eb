import {
  applyTxBlock,
  type BlockState,
  type CascadeContext,
  factsOf,
  isTransaction,
  type MMR,
  parentId,
  Reader,
  TxBlock,
  TxPoW,
  toHex,
} from '@minipolis/minima'
import type { Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import { provedCoinIds } from './proved-coins.ts'

/** A recorded chain as the rules see it from its last tip. */
export interface RecordedChain {
  readonly tip: BlockState
  /** Below the root of the tree, newest first. */
  readonly cascade: readonly CascadeContext[]
  /** Ids of the coins that a transaction in the node's memory spends, confirmed or not, as hex. */
  readonly coinsInMemory: ReadonlySet<string>
}

interface TreeBlock extends BlockState {
  readonly txpow: TxPoW
  parent: TreeBlock | undefined
  readonly mmr: MMR
}

const recordedBlocks = (event: Recorded): readonly Recorded[] => [
  ...(event.has('block') ? [event.record('block')] : []),
  ...(event.has('alsoadded') ? event.records('alsoadded').map((added) => added.record('block')) : []),
]

/** Recordings name the blocks that one event brought in no special order, so they are linked when all are known. */
const treeOf = (recorded: readonly Recorded[]): ReadonlyMap<string, TreeBlock> => {
  const tree = new Map<string, TreeBlock>()
  for (const block of recorded) {
    const txBlock = TxBlock.read(new Reader(block.bytes('txblock')))
    const { id, superLevel } = factsOf(txBlock.txpow)
    const { mmr } = applyTxBlock(txBlock)
    const { txpow } = txBlock
    tree.set(toHex(id), { id, superLevel, header: txpow.header, txpow, parent: undefined, mmr })
  }
  for (const block of tree.values()) {
    block.parent = tree.get(toHex(parentId(block.header)))
    block.mmr.parent = block.parent?.mmr
  }
  return tree
}

/** A block and the units it lists: what leaves the memory with it. */
const carriedIds = ({ id, txpow }: TreeBlock): readonly string[] => [id, ...(txpow.body?.txpowIds ?? [])].map(toHex)

/** The blocks from one back to the first, by their numbers. */
const numbered = (from: TreeBlock): ReadonlyMap<string, TreeBlock> => {
  const blocks = new Map<string, TreeBlock>()
  for (let block: TreeBlock | undefined = from; block !== undefined; block = block.parent) {
    blocks.set(block.header.blockNumber.toString(), block)
  }
  return blocks
}

/**
 * The chain after the last of its recorded events: the recorded TxBlocks on each other, cut at the recorded root.
 * @throws VectorError `shape` when the recording does not hang together
 */
export function chainAfter(recording: Recorded): RecordedChain {
  const events = recording.records('events')
  const units = new Map(events.map((event) => [event.text('txpowid'), TxPoW.read(new Reader(event.bytes('txpow')))]))
  const tree = treeOf(events.flatMap(recordedBlocks))
  const state = events.findLast((event) => event.has('state'))?.record('state')
  const tip = tree.get(state?.text('tip') ?? '')
  const root = tree.get(state?.text('root') ?? '')
  if (state === undefined || tip === undefined || root === undefined) {
    throw new VectorError('shape', 'the recorded chain has no state with a known tip and root')
  }
  const below = numbered(root)
  const cascade = state
    .record('cascade')
    .list('nodes')
    .map((node) => below.get(String((node as readonly unknown[])[0])))
  if (cascade.includes(undefined)) throw new VectorError('shape', 'the recorded cascade names blocks never seen')
  const forgotten = new Set([...below.values()].filter((block) => block !== root).flatMap(carriedIds))
  const remembered = [...units].filter(([id, unit]) => isTransaction(unit) && !forgotten.has(id))
  const coinsInMemory = new Set(remembered.flatMap(([, unit]) => provedCoinIds(unit)))
  root.parent = undefined
  root.mmr.parent = undefined
  return { tip, cascade: cascade.filter((block) => block !== undefined), coinsInMemory }
}
