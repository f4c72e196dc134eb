import { factsOf, fromHex, parentId, type TxPoW, toHex } from '@minipolis/minima'
import type { Chain } from '../chain/index.ts'

/** Parents that are followed back from one block. Source: spec 06 section 5.3 */
const PARENTS_MAX = 512
/** Ids asked for at a time. */
const IDS_MAX = 5_000

/**
 * What a block needs before it can enter the tree: its listed units, those of its parents that are known and not in the tree, and
 * the first parent that is unknown.
 */
export function missingParts(chain: Chain, block: TxPoW): Uint8Array[] {
  const { root } = chain.tree
  if (root === undefined || !factsOf(block).isBlock) return []
  const missing: Uint8Array[] = []
  let current: TxPoW | undefined = block
  for (let steps = 0; steps < PARENTS_MAX && current !== undefined; steps++) {
    if (chain.tree.get(toHex(factsOf(current).id)) !== undefined || isBelowRoot(current, root.number)) break
    missing.push(...unknownListed(chain, current))
    const parent: Uint8Array = parentId(current.header)
    if (chain.tree.get(toHex(parent)) !== undefined) break
    const known: TxPoW | undefined = chain.known.get(toHex(parent))
    if (known === undefined && !isBelowRoot(current, root.number + 1)) missing.push(parent)
    current = known
  }
  return missing.slice(0, IDS_MAX)
}

/** Blocks of the main branch that are looked through. Source: spec 06 section 5.3 */
const BRANCH_BLOCKS = 256

/** Units that the newest blocks of the main branch list and this node does not have, newest block first. */
export function missingOfBranch({ tree, known }: Chain): Uint8Array[] {
  const missing: Uint8Array[] = []
  for (let node = tree.tip, blocks = 0; node !== undefined && blocks < BRANCH_BLOCKS; node = node.parent, blocks++) {
    for (const id of node.transactions) if (!known.has(id)) missing.push(fromHex(id))
  }
  return missing.slice(0, IDS_MAX)
}

/** Listed units of a block that this node does not have. */
export const unknownListed = (chain: Chain, { body }: TxPoW): Uint8Array[] =>
  body?.txpowIds.filter((id) => !chain.known.has(toHex(id))) ?? []

const isBelowRoot = ({ header }: TxPoW, rootNumber: number): boolean =>
  header.blockNumber.toBigInt() <= BigInt(rootNumber)

/**
 * What a list of a peer's newest blocks, tip first, shows to be missing: unknown blocks and unknown units of known ones down to
 * the first block that is in the tree, oldest first. Undefined when no block of the list is ours. Source: spec 06 section 7.1
 */
export function missingOfPulse(
  chain: Chain,
  isArchived: (id: Uint8Array) => boolean,
  ids: readonly Uint8Array[],
): Uint8Array[] | undefined {
  const missing: Uint8Array[] = []
  for (const id of ids) {
    const hex = toHex(id)
    if (chain.tree.get(hex) !== undefined || isArchived(id)) return missing.reverse().slice(0, IDS_MAX)
    const known = chain.known.get(hex)
    if (known === undefined) missing.push(id)
    else missing.push(...unknownListed(chain, known))
  }
  return undefined
}
