import {
  ACCEPTED,
  applyTxBlock,
  bytesEqual,
  type CheckResult,
  checkCascadeWork,
  checkIBD,
  checkSuperParents,
  checkTxBlock,
  factsOf,
  isSameMagic,
  nextMagic,
  type TxBlock,
  toHex,
} from '@minipolis/minima'
import type { BlockNode, Chain } from '../chain/index.ts'
import type { IbdReader } from '../wire/index.ts'
import { SyncError } from './sync-error.ts'

/** The cascade of a download and its first block fit together, and the work was done. @throws SyncError `false-cascade` */
export function assertCascade({ cascade }: IbdReader, first: TxBlock | undefined): void {
  if (cascade === null || cascade.nodes.length === 0) return
  for (const result of [checkIBD({ cascade, blocks: first === undefined ? [] : [first] }), checkCascadeWork(cascade)]) {
    if (!result.ok)
      throw new SyncError('false-cascade', `the cascade is refused: ${result.detail}`, { rule: result.code })
  }
}

/** The first block of a chain: its own work, and coins that give the root its header names. @throws SyncError `false-block` */
export function assertRoot(txblock: TxBlock): void {
  const { txpow } = txblock
  const root = factsOf(txpow).isBlock ? applyTxBlock(txblock).mmr.root() : undefined
  const fits =
    root !== undefined && bytesEqual(root.data, txpow.header.mmrRoot) && root.value.equals(txpow.header.mmrTotal)
  if (!fits) throw falseBlock(txblock, 'its work or its coins do not fit its header')
}

/**
 * A block of a download on its parent: work, header rules, peaks, coins. The rules that look far back are asked only where our
 * tree reaches as far back as its miner's. Source: spec 05 section 16.4
 *
 * @throws SyncError `false-block`
 */
export function assertBlock(txblock: TxBlock, parent: BlockNode, chain: Chain): void {
  const context = { parameters: chain.parameters, cascade: chain.cascade.blocks }
  const headerRules = reachesFar(parent, chain)
  const result = checkTxBlock(txblock, parent, context, { headerRules })
  if (!result.ok) throw falseBlock(txblock, result.detail)
  if (headerRules) return
  const near = checkNearRules(txblock, parent, chain)
  if (!near.ok) throw falseBlock(txblock, near.detail)
}

/** Whether the windows of time and difficulty lie within the tree, or the tree begins with the chain. */
function reachesFar(parent: BlockNode, { tree, cascade, parameters }: Chain): boolean {
  const root = tree.root!
  const isWholeChain = cascade.blocks.length === 0 && root.number <= 1
  return isWholeChain || parent.number - root.number >= parameters.speedWindowBlocks + parameters.medianBlocks
}

function checkNearRules({ txpow }: TxBlock, parent: BlockNode, { cascade }: Chain): CheckResult {
  const { header } = txpow
  if (!header.blockNumber.equals(parent.header.blockNumber.increment())) {
    return { ok: false, code: 'block-number', detail: `block number ${header.blockNumber} on ${parent.number}` }
  }
  if (!isSameMagic(header.magic, nextMagic(parent.header.magic))) {
    return { ok: false, code: 'magic', detail: "the current magic values do not follow from the parent's" }
  }
  // A tree without cascade that does not begin with the chain knows nothing of what lies below.
  return cascade.blocks.length === 0 ? ACCEPTED : checkSuperParents(parent, cascade.blocks, header)
}

const falseBlock = ({ txpow }: TxBlock, detail: string): SyncError =>
  new SyncError('false-block', `block ${txpow.header.blockNumber} ${toHex(factsOf(txpow).id)} is refused: ${detail}`)
