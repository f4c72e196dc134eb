import { bytesEqual, toHex } from '../codec/index.ts'
import { CASCADE_LEVELS, type TxHeader } from '../objects/index.ts'
import type { BlockContext, CascadeContext } from './block-context.ts'
import { ACCEPTED, type CheckResult, reject } from './check-result.ts'

/** What stands where no block has reached a level yet. */
export const NO_SUPER_PARENT = Uint8Array.of(0x00)

/** The super parents of a child: the parent's own, with the levels the parent reaches set to the parent. */
export const nextSuperParents = ({ id, header, superLevel }: BlockContext): readonly Uint8Array[] =>
  header.superParents.map((superParent, level) => (level <= superLevel ? id : superParent))

/**
 * Whether each super parent is the last block before that reached its level, through the tree and on through the cascade (tip
 * first). Of the levels nobody has reached only the first is looked at; the reference never looks at the others.
 * Source: minima-global/Minima: src/org/minima/system/brains/TxPoWChecker.java (checkParents)
 */
export function checkSuperParents(
  parent: BlockContext,
  cascade: Iterable<CascadeContext>,
  { superParents }: TxHeader,
): CheckResult {
  let level = 0
  let fault: CheckResult | undefined
  /** Compares the levels that a block reaches first; false when nothing is left to look for. */
  const look = ({ id, superLevel }: CascadeContext): boolean => {
    for (; level <= superLevel; level++) {
      if (isSuperParent(superParents, level, id)) continue
      fault = reject('super-parent', `level ${level} should name ${toHex(id)}`)
      return false
    }
    return level < CASCADE_LEVELS
  }
  // Most of the way back is only the test of a number: it is walked for every block, thousands of blocks deep.
  for (let block: BlockContext | undefined = parent; block !== undefined; block = block.parent) {
    if (block.superLevel >= level && !look(block)) return fault ?? ACCEPTED
  }
  for (const block of cascade) {
    if (block.superLevel >= level && !look(block)) return fault ?? ACCEPTED
  }
  return isSuperParent(superParents, level, NO_SUPER_PARENT)
    ? ACCEPTED
    : reject('super-parent', `level ${level} should be 0x00: no block reached it`)
}

const isSuperParent = (superParents: readonly Uint8Array[], level: number, id: Uint8Array): boolean =>
  bytesEqual(superParents[level]!, id)
