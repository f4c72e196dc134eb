import {
  applyTxBlock,
  bytesEqual,
  type CheckResult,
  checkCascadeWork,
  checkIBD,
  checkSuperParents,
  checkTxBlock,
  factsOf,
  type IBD,
  isOursHeavierOrEqual,
  isSameMagic,
  nextMagic,
  parentId,
  type TxBlock,
  type TxHeader,
  toHex,
  type WeighedChain,
  weighIBD,
} from '@minipolis/minima'
import { type BlockNode, withoutBody } from './block-node.ts'
import type { Chain } from './chain.ts'
import type { ChainChange } from './chain-change.ts'

export interface DownloadContext {
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** Milliseconds since the node was started. */
  readonly sinceStartMs: number
}

/**
 * - `taken`: `added` blocks entered the tree; `stopped` says why the rest did not.
 * - `refused`: the data is false, or of another chain; nothing was taken.
 * - `fresh`: our tip is fresh, so blocks have to come one by one with all their transactions.
 */
export type DownloadResult =
  | {
      readonly kind: 'taken'
      readonly added: number
      readonly changes: readonly ChainChange[]
      readonly stopped: string | undefined
    }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'fresh' }

/** After this time a node with a fresh tip takes no chain downloads any more. */
export const FIRST_SYNC_MS = 5 * 60 * 1000
/** Blocks that become durable together. */
const BATCH_BLOCKS = 256

/**
 * Takes cascade and blocks from another node. The reference believes them unseen; here every block must have its work, follow
 * the header rules where the tree reaches far enough back to tell, start from its parent's peaks and lead to the coin tree its
 * header names. Source: spec 05 sections 16.3 and 16.4
 */
export function acceptDownload(chain: Chain, ibd: IBD, { nowMs, sinceStartMs }: DownloadContext): DownloadResult {
  const whole = checkIBD(ibd)
  if (!whole.ok) return { kind: 'refused', detail: whole.detail }
  const adopted = adoptCascade(chain, ibd)
  if (!adopted.ok) return { kind: 'refused', detail: adopted.detail }
  if (sinceStartMs > FIRST_SYNC_MS && ibd.blocks.length > 0 && isFresh(chain, nowMs)) return { kind: 'fresh' }
  return takeBlocks(chain, ibd.blocks)
}

/**
 * Whether another chain than ours, cascade and all, weighs more. A running node does not switch to it by itself; it says so and
 * parts with the peer. Source: spec 05 sections 16.3 and 16.5
 */
export const isHeavierElsewhere = (chain: Chain, ibd: IBD): boolean =>
  chain.cascade.blocks.length > 0 &&
  ibd.cascade !== null &&
  ibd.cascade.nodes.length > 0 &&
  !isOursHeavierOrEqual(weighChain(chain), weighIBD(ibd), chain.parameters)

/** Our own chain as it is compared with a download. */
export const weighChain = ({ tree, cascade }: Chain): WeighedChain => ({
  blocks: tree.mainFrom(0).toReversed(),
  cascade: cascade.blocks,
})

/** Whether the tip is so young that blocks should come one by one, with all their transactions. */
export const isFresh = ({ tip, parameters }: Chain, nowMs: number): boolean =>
  tip !== undefined && nowMs - Number(tip.header.time.toBigInt()) < parameters.freshTipMs

const ACCEPTED: CheckResult = { ok: true }

/** A cascade is taken once, below an empty tree or exactly below ours. Only the first block is looked at. */
export function adoptCascade(chain: Chain, { cascade, blocks }: IBD): CheckResult {
  const tip = cascade?.nodes[0]
  if (cascade === null || tip === undefined || chain.cascade.blocks.length > 0) return ACCEPTED
  const above = chain.tree.root?.header ?? blocks[0]!.txpow.header
  if (!bytesEqual(parentId(above), factsOf(tip.txpow).id)) {
    if (chain.tree.root !== undefined) return ACCEPTED
    return { ok: false, code: 'super-parent', detail: 'the first block does not stand on the cascade' }
  }
  const work = checkCascadeWork(cascade)
  if (work.ok) chain.adoptCascade(cascade)
  return work
}

function takeBlocks(chain: Chain, blocks: readonly TxBlock[]): DownloadResult {
  const changes: ChainChange[] = []
  let added = 0
  let stopped: string | undefined
  for (let at = 0; at < blocks.length && stopped === undefined; at += BATCH_BLOCKS) {
    const change = chain.batch(() => {
      for (const block of blocks.slice(at, at + BATCH_BLOCKS)) {
        const result = takeBlock(chain, block)
        if (result.kind === 'added') added++
        else if (result.kind !== 'known') {
          stopped = result.detail
          return
        }
      }
    })
    if (change !== undefined) changes.push(change)
  }
  return { kind: 'taken', added, changes, stopped }
}

/** `no-parent`: the block stands on none of ours. `false`: it breaks a rule. */
export type TakenBlock =
  | { readonly kind: 'added'; readonly node: BlockNode }
  | { readonly kind: 'known' }
  | { readonly kind: 'no-parent' | 'false'; readonly detail: string }

/** Takes one block of a download, inside of a `batch` of the chain. */
export function takeBlock(chain: Chain, txblock: TxBlock): TakenBlock {
  const { id } = factsOf(txblock.txpow)
  const { header } = txblock.txpow
  if (chain.tree.get(toHex(id)) !== undefined) return { kind: 'known' }
  if (chain.tree.root === undefined) return plantRoot(chain, txblock)
  const parent = chain.tree.get(toHex(parentId(header)))
  if (parent === undefined)
    return { kind: 'no-parent', detail: `the parent of block ${header.blockNumber} is not known` }
  const context = { parameters: chain.parameters, cascade: chain.cascade.blocks }
  const headerRules = seesFarEnough(chain, parent)
  const bare = withoutBody(txblock)
  const result = checkTxBlock(bare, parent, context, { headerRules })
  const near = result.ok && !headerRules ? checkNear(header, parent, chain) : result
  if (!result.ok) return { kind: 'false', detail: `block ${header.blockNumber}: ${result.detail}` }
  if (!near.ok) return { kind: 'false', detail: `block ${header.blockNumber}: ${near.detail}` }
  return { kind: 'added', node: chain.attach(txblock, parent, { bare, applied: result.applied }) }
}

/** The first block of a chain has no parent to be judged by: its work is done, and its coins give the root it names. */
function plantRoot(chain: Chain, txblock: TxBlock): TakenBlock {
  const { txpow } = txblock
  const root = factsOf(txpow).isBlock ? applyTxBlock(txblock).mmr.root() : undefined
  const fits =
    root !== undefined && bytesEqual(root.data, txpow.header.mmrRoot) && root.value.equals(txpow.header.mmrTotal)
  if (!fits) return { kind: 'false', detail: 'the work or the coins of the first block do not fit its header' }
  return { kind: 'added', node: chain.plant(txblock).added[0]! }
}

/** Near the root the windows of difficulty and time are cut off, unless the root is where the chain began. */
function seesFarEnough({ tree, parameters }: Chain, parent: BlockNode): boolean {
  const { speedWindowBlocks, medianBlocks } = parameters
  return tree.root!.number === 1 || parent.number - tree.root!.number >= speedWindowBlocks + 2 * medianBlocks
}

/** The header rules that need no window. Without a cascade nothing is known of the super parents below the root. */
function checkNear(header: TxHeader, parent: BlockNode, { cascade }: Chain): CheckResult {
  if (!header.blockNumber.equals(parent.header.blockNumber.increment())) {
    return { ok: false, code: 'block-number', detail: `its parent is ${parent.number}` }
  }
  if (!isSameMagic(header.magic, nextMagic(parent.header.magic))) {
    return { ok: false, code: 'magic', detail: "its magic values do not follow from the parent's" }
  }
  return cascade.blocks.length === 0 ? ACCEPTED : checkSuperParents(parent, cascade.blocks, header)
}
