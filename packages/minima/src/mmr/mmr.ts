import { MiniNumber } from '../number/index.ts'
import { bagPeaks, peakToRoot } from './bagging.ts'
import { calculateProof } from './calculate-proof.ts'
import { type EntryNumber, entryIndex } from './entry-number.ts'
import { type MMRData, mmrDataEqual } from './mmr-data.ts'
import type { MMREntry } from './mmr-entry.ts'
import { MMRError } from './mmr-error.ts'
import type { MMRProof, MMRProofChunk } from './mmr-proof.ts'
import { parentNode, parentNodePair } from './node-hash.ts'
import { assertPosition, isLeft, keyPosition, MMR_ENTRIES_MAX, parentOf, positionKey, siblingOf } from './position.ts'

/** A tree of the whole history, wherever it is kept. */
export interface MMRArchive {
  /** Number of the last block it holds. */
  readonly blockTime: MiniNumber
  get(row: number, entry: number): MMRData | undefined
}

/**
 * A Merkle mountain range with sums: an append-only tree whose peaks are one perfect tree per 1-bit of the entry count, and
 * whose nodes carry the sum of the values below. One such tree per block holds what the block changed and finds the rest in
 * its ancestors. Source: minima-global/Minima: src/org/minima/database/mmr/MMR.java, spec 03 sections 3 to 6.
 */
export class MMR {
  /** Number of the block this tree belongs to; 0 for free-standing trees. */
  blockTime: MiniNumber
  /** The tree of the parent block, asked for nodes this one does not hold. */
  parent: MMR | undefined
  /** Asked when no ancestor knows a node; never used to judge the age of a proof. */
  archive: MMRArchive | undefined

  private readonly nodes = new Map<number, MMRData>()
  /** Highest entry known in each row: a peak where it is a left node. */
  private readonly highest: (number | undefined)[] = []
  private count = 0
  private finalised: { readonly peaks: readonly MMREntry[]; readonly root: MMRData | undefined } | undefined

  constructor(blockTime: MiniNumber = MiniNumber.ZERO) {
    this.blockTime = blockTime
  }

  /** The tree of the next block, with this tree's peaks as its nodes. */
  child(): MMR {
    const child = MMR.fromPeaks(this.blockTime.increment(), this.peaks())
    child.parent = this
    return child
  }

  /** A tree that knows nothing but its peaks. @throws MMRError `position` */
  static fromPeaks(blockTime: MiniNumber, peaks: readonly MMREntry[]): MMR {
    const mmr = new MMR(blockTime)
    mmr.setPeaks(peaks)
    return mmr
  }

  /** A tree read back from its nodes, finalised. @throws MMRError `position` */
  static restore(blockTime: MiniNumber, entryNumber: EntryNumber, entries: readonly MMREntry[]): MMR {
    const mmr = new MMR(blockTime)
    for (const { row, entry, data } of entries) mmr.set(row, wholeEntry(entry), data)
    mmr.count = wholeEntry(entryNumber)
    mmr.finalise()
    return mmr
  }

  /** Sets the peaks and counts the entries they stand for. @throws MMRError `position` */
  setPeaks(peaks: readonly MMREntry[]): void {
    let count = 0
    for (const { row, entry, data } of peaks) {
      this.set(row, wholeEntry(entry), data)
      count += 2 ** row
    }
    if (count > MMR_ENTRIES_MAX) throw new MMRError('position', `peaks over ${count} entries, at most 2^52`, { count })
    this.count = count
  }

  /** Entries ever appended, and the number of the next one. */
  get entryNumber(): number {
    return this.count
  }

  /** Nodes held by this tree itself. */
  get size(): number {
    return this.nodes.size
  }

  /** Nodes held by this tree itself, in no promised order. */
  *entries(): Generator<MMREntry> {
    for (const [key, data] of this.nodes) {
      const { row, entry } = keyPosition(key)
      yield { row, entry: BigInt(entry), data }
    }
  }

  /** Sets a node of this tree, whatever the others say. @throws MMRError `position`, `finalised` */
  set(row: number, entry: number, data: MMRData): void {
    assertPosition(row, entry)
    this.put(row, entry, data)
  }

  private put(row: number, entry: number, data: MMRData): void {
    if (this.finalised !== undefined)
      throw new MMRError('finalised', `the tree of block ${this.blockTime} takes no more changes`)
    this.nodes.set(positionKey(row, entry), data)
    const highest = this.highest[row]
    if (highest === undefined || highest < entry) this.highest[row] = entry
  }

  /** Forgets a node of this tree. Its row keeps its highest entry, so peaks must stay. */
  remove(row: number, entry: number): void {
    this.nodes.delete(positionKey(row, entry))
  }

  /**
   * The newest version of a node: of this tree, else of the nearest ancestor that has it.
   *
   * @param oldest trees of an earlier block time are not asked
   */
  get(row: number, entry: number, oldest?: MiniNumber): MMRData | undefined {
    const key = positionKey(row, entry)
    // A node whose mountain is not complete exists nowhere, and the chain of ancestors can be long.
    const complete = (entry + 1) * 2 ** row <= this.count
    let tree: MMR | undefined = this
    let last: MMR = this
    while (tree !== undefined) {
      if (oldest !== undefined && tree.blockTime.lessThan(oldest)) return undefined
      const node = tree.nodes.get(key)
      if (node !== undefined || !complete) return node
      last = tree
      tree = tree.parent
    }
    const { archive } = last
    return archive === undefined || (oldest !== undefined && archive.blockTime.lessThan(oldest))
      ? undefined
      : archive.get(row, entry)
  }

  /** Adds a leaf. @returns its entry number @throws MMRError `finalised`, NumberError `number-range` */
  append(leaf: MMRData): number {
    const added = this.count
    let node = leaf
    let entry = added
    let row = 0
    this.put(row, entry, node)
    this.count = added + 1
    while (!isLeft(entry)) {
      node = parentNode(this.node(row, entry - 1), node)
      entry = parentOf(entry)
      row++
      this.put(row, entry, node)
    }
    return added
  }

  /**
   * Adds leaves in order, as `append` one after the other would, in less time: the parents of a row are hashed in pairs.
   *
   * @returns entry number of the first @throws as `append`
   */
  appendAll(leaves: readonly MMRData[]): number {
    const first = this.count
    for (const [i, leaf] of leaves.entries()) this.put(0, first + i, leaf)
    this.count = first + leaves.length
    // Entries `from` to `to` of a row are new; so is each parent whose right child is among them.
    let from = Math.floor(first / 2)
    let to = Math.floor(this.count / 2)
    for (let row = 1; from < to; row++) {
      let entry = from
      for (; entry + 1 < to; entry += 2) {
        const left = 2 * entry
        const [node, next] = parentNodePair(
          this.node(row - 1, left),
          this.node(row - 1, left + 1),
          this.node(row - 1, left + 2),
          this.node(row - 1, left + 3),
        )
        this.put(row, entry, node)
        this.put(row, entry + 1, next)
      }
      if (entry < to) this.put(row, entry, parentNode(this.node(row - 1, 2 * entry), this.node(row - 1, 2 * entry + 1)))
      from = Math.floor(from / 2)
      to = Math.floor(to / 2)
    }
    return first
  }

  private node(row: number, entry: number): MMRData {
    const node = this.get(row, entry)
    if (node === undefined)
      throw new MMRError('unknown-entry', `node ${row}:${entry} is not known at block ${this.blockTime}`, {
        row,
        entry,
      })
    return node
  }

  /**
   * Replaces a leaf and recomputes its path up to its peak. Newer siblings known here or in ancestors not older than the proof
   * win over the proof's own. The proof must have been checked before.
   *
   * @throws MMRError `proof-too-short`, `position`, `finalised`
   */
  update(leafEntry: number, proof: MMRProof, leaf: MMRData): void {
    const peaks = new Set(this.peaks().map(({ row, entry }) => positionKey(row, wholeEntry(entry))))
    let entry = leafEntry
    let node = leaf
    this.set(0, entry, node)
    for (let row = 0; !peaks.has(positionKey(row, entry)); row++) {
      const sibling = siblingOf(entry)
      const siblingNode = this.get(row, sibling, proof.blockTime) ?? proof.chunks[row]?.data
      if (siblingNode === undefined)
        throw new MMRError('proof-too-short', `a proof of ${proof.chunks.length} chunks does not reach a peak`, {
          leafEntry,
        })
      this.set(row, sibling, siblingNode)
      node = isLeft(entry) ? parentNode(node, siblingNode) : parentNode(siblingNode, node)
      entry = parentOf(entry)
      this.set(row + 1, entry, node)
    }
  }

  /**
   * Takes a leaf and its path into this tree without changing it, so that the leaf can be proved when the ancestors are gone.
   * Works on a finalised tree.
   *
   * @throws MMRError `root-changed` (nothing is kept), and those of `update`
   */
  remember(leafEntry: number, proof: MMRProof, leaf: MMRData): void {
    if (this.finalised === undefined) {
      this.update(leafEntry, proof, leaf)
      return
    }
    const trial = MMR.fromPeaks(this.blockTime, this.peaks())
    trial.parent = this
    trial.update(leafEntry, proof, leaf)
    const root = trial.root()
    if (root === undefined || this.finalised.root === undefined || !mmrDataEqual(root, this.finalised.root))
      throw new MMRError('root-changed', `entry ${leafEntry} does not belong to the tree of block ${this.blockTime}`)
    for (const [key, node] of trial.nodes) this.nodes.set(key, node)
  }

  /** The peaks, highest row first, which is left to right. */
  peaks(): readonly MMREntry[] {
    if (this.finalised !== undefined) return this.finalised.peaks
    const peaks: MMREntry[] = []
    for (let row = this.highest.length - 1; row >= 0; row--) {
      const entry = this.highest[row]
      if (entry === undefined || !isLeft(entry)) continue
      const data = this.nodes.get(positionKey(row, entry))
      if (data !== undefined) peaks.push({ row, entry: BigInt(entry), data })
    }
    return peaks
  }

  /** The node over all peaks; `undefined` for an empty tree. @throws NumberError `number-range` */
  root(): MMRData | undefined {
    if (this.finalised !== undefined) return this.finalised.root
    return bagPeaks(this.peaks().map((peak) => peak.data))
  }

  /** Fixes peaks and root; the tree takes no more changes. */
  finalise(): void {
    this.finalised ??= { peaks: this.peaks(), root: this.root() }
  }

  /** Takes changes again, for a tree that grows with every block. */
  reopen(): void {
    this.finalised = undefined
  }

  /** The siblings from a leaf up to its peak. */
  proofToPeak(leafEntry: number): MMRProof {
    return { blockTime: this.blockTime, chunks: this.pathToPeak(leafEntry) }
  }

  private pathToPeak(leafEntry: number): MMRProofChunk[] {
    const chunks: MMRProofChunk[] = []
    let entry = leafEntry
    for (let row = 0; ; row++) {
      const sibling = siblingOf(entry)
      const data = this.get(row, sibling)
      if (data === undefined) return chunks
      chunks.push({ left: isLeft(sibling) ? 1 : 0, data })
      entry = parentOf(entry)
    }
  }

  /** The siblings from a leaf up to the root. @throws MMRError `unknown-entry`, NumberError `number-range` */
  proof(leafEntry: number): MMRProof {
    const toPeak = this.proofToPeak(leafEntry)
    const peak = calculateProof(this.node(0, leafEntry), toPeak)
    const peaks = this.peaks().map(({ data }) => data)
    return { blockTime: this.blockTime, chunks: [...toPeak.chunks, ...peakToRoot(peaks, peak)] }
  }

  /** Whether the proof leads from the leaf to the root or to one of the peaks. @throws NumberError `number-range` */
  check(leaf: MMRData, proof: MMRProof): boolean {
    const node = calculateProof(leaf, proof)
    const root = this.root()
    if (root !== undefined && mmrDataEqual(node, root)) return true
    return this.peaks().some((peak) => mmrDataEqual(node, peak.data))
  }

  /** The tree of the block with this number: this one or an ancestor; `undefined` when gone or in the future. */
  ancestorAt(blockTime: MiniNumber): MMR | undefined {
    let tree: MMR | undefined = this
    while (tree !== undefined) {
      const order = tree.blockTime.compare(blockTime)
      if (order === 0) return tree
      if (order < 0) return undefined
      tree = tree.parent
    }
    return undefined
  }

  /**
   * Whether a proof made in an earlier block still shows the leaf as it is now: it holds in that block's tree, and no block
   * since has changed the leaf.
   *
   * @throws NumberError `number-range` when a sum of the proof leaves the range
   */
  checkTimeValid(entry: EntryNumber, leaf: MMRData, proof: MMRProof): boolean {
    const made = this.ancestorAt(proof.blockTime)
    if (made === undefined || !made.check(leaf, proof)) return false
    const index = entryIndex(entry)
    if (index === undefined) return false
    const newest = this.get(0, index, proof.blockTime)
    return newest === undefined || mmrDataEqual(newest, leaf)
  }
}

function wholeEntry(entry: EntryNumber): number {
  const index = entryIndex(entry)
  if (index === undefined) throw new MMRError('position', 'the entry number is not a whole number from 0 to 2^52 - 1')
  return index
}
