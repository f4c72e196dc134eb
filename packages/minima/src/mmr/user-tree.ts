import { data, decode, encode, fromHex, text } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { calculateProof } from './calculate-proof.ts'
import { MMR } from './mmr.ts'
import { type MMRData, mmrDataEqual } from './mmr-data.ts'
import { MMRError } from './mmr-error.ts'
import { MMRProof } from './mmr-proof.ts'
import { leafNode } from './node-hash.ts'

/*
 * Trees over a user's own data, as the commands mmrcreate and mmrproof make and check them and the script function PROOF reads
 * them. Source: minima-global/Minima: src/org/minima/system/commands/base/mmrcreate.java, mmrproof.java, spec 03 section 9.
 */

/** One leaf of a user tree with its full proof. */
export interface UserTreeNode {
  readonly entry: number
  /** The text before the first colon. */
  readonly data: string
  /** As it was hashed: `2.50` keeps its scale, and only the same scale proves it again. */
  readonly value: MiniNumber
  readonly proof: MMRProof
}

export interface UserTree {
  readonly nodes: readonly UserTreeNode[]
  readonly root: MMRData
}

/** The leaf of one text: `0x…` (lower-case x) is a byte string, everything else a text. @throws CodecError `text` */
export const userLeaf = (content: string, value: MiniNumber): MMRData =>
  leafNode(content.startsWith('0x') ? encode(data, fromHex(content)) : encode(text, content), value)

/**
 * Builds a tree over texts of the form `data` or `data:value`; the first colon separates, no colon means value 0.
 *
 * @throws MMRError `empty-tree`; NumberError for a bad value or a sum out of range; CodecError `text` for bad hex
 */
export function createUserTree(leaves: readonly string[]): UserTree {
  const mmr = new MMR()
  const nodes = leaves.map((leaf) => {
    const { content, value } = splitValue(leaf)
    return { data: content, value, leaf: userLeaf(content, value) }
  })
  mmr.appendAll(nodes.map(({ leaf }) => leaf))
  const root = mmr.root()
  if (root === undefined) throw new MMRError('empty-tree', 'a tree needs at least one leaf')
  return {
    nodes: nodes.map(({ data, value }, entry) => ({ entry, data, value, proof: mmr.proof(entry) })),
    root,
  }
}

export interface UserProofCheck {
  readonly input: string
  readonly leaf: MMRData
  /** Where the proof leads. */
  readonly final: MMRData
  readonly valid: boolean
}

/**
 * Checks `data` or `data:value` against `root` or `root:value` (0 by default); blanks around the parts are ignored. Bytes after
 * the proof are ignored.
 *
 * @param proof wire form of the proof
 * @throws CodecError, NumberError for malformed input or a sum out of range
 */
export function checkUserProof(leaf: string, proof: Uint8Array, root: string): UserProofCheck {
  const { content, value } = splitValue(leaf, true)
  const expected = splitValue(root, true)
  const leafData = userLeaf(content, value)
  const final = calculateProof(leafData, decode(MMRProof, proof))
  const valid = mmrDataEqual(final, { data: fromHex(expected.content), value: expected.value })
  return { input: content, leaf: leafData, final, valid }
}

/** Blanks are trimmed only around the parts of a text that has a colon, as in the reference. */
function splitValue(leaf: string, trim = false): { content: string; value: MiniNumber } {
  const colon = leaf.indexOf(':')
  if (colon < 0) return { content: leaf, value: MiniNumber.ZERO }
  const content = leaf.slice(0, colon)
  const value = leaf.slice(colon + 1)
  return trim
    ? { content: content.trim(), value: MiniNumber.parse(value.trim()) }
    : { content, value: MiniNumber.parse(value) }
}
