import { type TxHeader, toHex } from '@minipolis/minima'
import type { Hex } from '../ledger/ledger.ts'

/** Most headers of one path: far more than any chain needs, `2 × log2` of the distance being usual. */
export const HEADER_PATH_MAX = 256

export type HeaderLookup = (id: Hex) => Promise<TxHeader | undefined>

/**
 * The short way back from a block to an older one over super parents: from each header the highest super parent that is not
 * before the target.
 *
 * @returns headers from target to top, oldest first; `undefined` when a header on the way is not to be had or the target is no
 *   ancestor
 * Source: minima-global/Minima: src/org/minima/database/txpowtree/TxPoWTreeNode.java (super parents)
 */
export async function headerPath(
  top: { readonly id: Hex; readonly header: TxHeader },
  target: { readonly id: Hex; readonly number: bigint },
  lookup: HeaderLookup,
): Promise<TxHeader[] | undefined> {
  const path = [top.header]
  let at: { id: Hex; header: TxHeader } | undefined = top
  while (at.header.blockNumber.toBigInt() > target.number) {
    at = await highestParent(at.header, target, lookup)
    if (!at || path.length === HEADER_PATH_MAX) return undefined
    path.push(at.header)
  }
  return at.id === target.id ? path.reverse() : undefined
}

async function highestParent(
  header: TxHeader,
  target: { readonly id: Hex; readonly number: bigint },
  lookup: HeaderLookup,
): Promise<{ id: Hex; header: TxHeader } | undefined> {
  let tried: Hex | undefined
  for (let level = header.superParents.length - 1; level >= 0; level--) {
    const id = toHex(header.superParents[level]!)
    if (id === tried) continue
    tried = id
    const parent = await lookup(id)
    if (parent && parent.blockNumber.toBigInt() >= target.number) return { id, header: parent }
  }
  return undefined
}
