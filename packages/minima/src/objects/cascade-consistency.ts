import { toHex } from '../codec/index.ts'
import type { Cascade } from './cascade.ts'
import { CASCADE_LEVELS } from './super-parents.ts'
import { txpowId } from './txpow.ts'

const NO_PARENT = '0x00'

/**
 * Whether a foreign cascade hangs together: the tip is at level 0, levels rise by at most one, and every super parent from a
 * node's level up is that node or one further back; once one is 0x00 all higher ones are. The last node of a level is
 * looked at from one level higher. Work, times and numbers are not looked at.
 * Source: minima-global/Minima: src/org/minima/database/cascade/Cascade.java (checkCascadeCorrect)
 */
export function isCascadeConsistent({ nodes }: Cascade): boolean {
  if (nodes[0] !== undefined && nodes[0].level !== 0) return false
  const lastPlace = new Map(nodes.map(({ txpow }, place) => [toHex(txpowId(txpow)), place]))
  let level = 0
  for (const [place, node] of nodes.entries()) {
    if (node.level !== level && node.level !== level + 1) return false
    level = node.level
    const endsLevel = nodes[place + 1]?.level !== level
    let none = false
    for (let i = level; i < CASCADE_LEVELS; i++) {
      const parent = toHex(node.txpow.header.superParents[i]!)
      if (parent === NO_PARENT) {
        none = true
        continue
      }
      if (none) return false
      if (endsLevel && i === level) continue
      if ((lastPlace.get(parent) ?? -1) < place) return false
    }
  }
  return true
}
