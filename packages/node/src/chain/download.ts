import { type Cascade, MiniNumber, toHex } from '@minipolis/minima'
import type { Chain } from './chain.ts'
import { ibdBytes } from './ibd-bytes.ts'
import type { MainBranch } from './main-branch.ts'

/*
 * What a node sends of its chain. Everything here is the wire form of an IBD, put together from blocks as they are stored: a
 * whole chain is sent without being decoded.
 */

/** What a peer says of its chain. */
export interface PeerChain {
  /** Number of its newest block; -1 without any. */
  readonly topBlock: MiniNumber
  /** Ids of its tree's main branch, tip first. */
  readonly chain: readonly Uint8Array[]
}

export interface DownloadAnswer {
  /** Wire form of an IBD. */
  readonly ibd: Uint8Array
  /** False when the peer's tree overlaps with ours and shares no block with it: it follows another chain. */
  readonly isSameChain: boolean
}

/** Most archived blocks sent to a peer that was away. */
export const ARCHIVE_BLOCKS_SENT_MAX = 34_000
/** Of a peer's ids every 20th is looked for in the archive, and its last. */
const ARCHIVE_SEARCH_STEP = 20
/** Blocks of one answer from the archive. */
export const ARCHIVE_ANSWER_BLOCKS = 256
/** Bytes of blocks in one answer to a peer, which is in memory as a whole; a peer that lacks more asks again from where it ends. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024

/** Nothing to say: always acceptable. */
const NOTHING: Uint8Array = ibdBytes(null, [])

/** Everything: the cascade, also an empty one, and the main branch of the tree. */
export const completeDownload = (chain: Chain, branch: MainBranch): Uint8Array =>
  ibdBytes(chain.cascade.cascade, [...treeFrom(chain, branch, 0)])

/**
 * What a peer with this chain is missing. Source: spec 05 section 16.2
 *
 * @param bytesMax of the blocks: the newest are left out when they do not fit
 */
export function answerPeer(
  chain: Chain,
  branch: MainBranch,
  peer: PeerChain,
  bytesMax = ANSWER_BYTES_MAX,
): DownloadAnswer {
  const { root, tip } = chain.tree
  if (root === undefined || tip === undefined) return { ibd: NOTHING, isSameChain: true }
  const answer = (blocks: Iterable<Uint8Array>, cascade: Cascade | null = null): Uint8Array =>
    ibdBytes(cascade, fitting(blocks, bytesMax))
  const complete = (isSameChain: boolean): DownloadAnswer => ({
    ibd: answer(treeFrom(chain, branch, root.number), chain.cascade.cascade),
    isSameChain,
  })
  if (peer.topBlock.isNegative()) return complete(true)
  if (peer.topBlock.lessThan(MiniNumber.of(root.number))) {
    const blocks = blocksSinceArchive(chain, branch, peer.chain, root.number)
    return blocks === undefined ? complete(true) : { ibd: answer(blocks), isSameChain: true }
  }
  const peerRoot = peer.topBlock.sub(MiniNumber.of(peer.chain.length - 1))
  if (peerRoot.moreThan(MiniNumber.of(tip.number))) return complete(true)
  const shared = newestShared(chain, peer.chain)
  if (shared === undefined) return complete(false)
  return { ibd: answer(treeFrom(chain, branch, shared + 1)), isSameChain: true }
}

/**
 * Up to 256 blocks below a number, newest first: how a node fills its archive backwards. Those that are in the tree here may be
 * in the archive there, so they are sent too; the reference sends a row with a gap.
 */
export function archiveBelow(branch: MainBranch, number: number): Uint8Array {
  const [from, to] = [number - ARCHIVE_ANSWER_BLOCKS, number - 1]
  const blocks = [...branch.txblockBytes(from, to, 'archive'), ...branch.txblockBytes(from, to, 'tree')]
  return ibdBytes(null, fitting(blocks.reverse()))
}

/**
 * Up to 256 archived blocks from a number on, oldest first, from the oldest there is when that is above; the whole tree when
 * that is where it begins.
 */
export function archiveFrom(chain: Chain, branch: MainBranch, number: number): Uint8Array {
  // Whoever asks for block -1 wants to know whether somebody answers.
  if (number < 0) return NOTHING
  const root = chain.tree.root?.number
  if (root === number || (root === 1 && number === 0)) return ibdBytes(null, fitting(treeFrom(chain, branch, number)))
  const from = Math.max(number, branch.oldestArchived() ?? number)
  return ibdBytes(null, fitting(branch.txblockBytes(from, from + ARCHIVE_ANSWER_BLOCKS - 1, 'archive')))
}

function newestShared({ tree }: Chain, ids: readonly Uint8Array[]): number | undefined {
  for (const id of ids) {
    const node = tree.get(toHex(id))
    if (node !== undefined && tree.isMain(node)) return node.number
  }
  return undefined
}

function blocksSinceArchive(
  chain: Chain,
  branch: MainBranch,
  ids: readonly Uint8Array[],
  root: number,
): Iterable<Uint8Array> | undefined {
  const tried = ids.filter((_, place) => place % ARCHIVE_SEARCH_STEP === 0)
  for (const id of [...tried, ...ids.slice(-1)]) {
    const number = branch.archivedNumber(id)
    if (number === undefined) continue
    if (root - number > ARCHIVE_BLOCKS_SENT_MAX) return undefined
    return archiveAndTree(chain, branch, number + 1, root)
  }
  return undefined
}

function* archiveAndTree(chain: Chain, branch: MainBranch, from: number, root: number): Generator<Uint8Array> {
  yield* pages(branch, from, root - 1, 'archive')
  yield* treeFrom(chain, branch, root)
}

const treeFrom = ({ tree }: Chain, branch: MainBranch, number: number): Generator<Uint8Array> =>
  pages(branch, Math.max(number, tree.root?.number ?? 0), tree.tip?.number ?? 0, 'tree')

/** Reads no more at a time than one answer from the archive has. */
function* pages(branch: MainBranch, from: number, to: number, part: 'tree' | 'archive'): Generator<Uint8Array> {
  for (let first = from; first <= to; first += ARCHIVE_ANSWER_BLOCKS) {
    yield* branch.txblockBytes(first, Math.min(to, first + ARCHIVE_ANSWER_BLOCKS - 1), part)
  }
}

/** As many as fit, the first ones. */
function fitting(blocks: Iterable<Uint8Array>, bytesMax = ANSWER_BYTES_MAX): Uint8Array[] {
  const taken: Uint8Array[] = []
  let bytes = 0
  for (const block of blocks) {
    bytes += block.length
    if (bytes > bytesMax) break
    taken.push(block)
  }
  return taken
}
