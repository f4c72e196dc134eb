import type { Codec } from '../codec/index.ts'
import { bytesEqual, CodecError, hash } from '../codec/index.ts'

/** Levels of the cascade, so a header names 32 super parents. */
export const CASCADE_LEVELS = 32

/** Equal super parents that follow each other. */
export interface SuperParentRun {
  readonly count: number
  readonly parent: Uint8Array
}

/** The longest runs of equal neighbours, lowest level first. */
export function superParentRuns(superParents: readonly Uint8Array[]): readonly SuperParentRun[] {
  const runs: SuperParentRun[] = []
  for (let level = 0; level < superParents.length; ) {
    const parent = superParents[level]!
    let end = level + 1
    while (end < superParents.length && bytesEqual(superParents[end]!, parent)) end++
    runs.push({ count: end - level, parent })
    level = end
  }
  return runs
}

/** The 32 super parents as runs. Runs of length 0 and split runs are read, the longest runs are written. */
export const SuperParents: Codec<readonly Uint8Array[]> = {
  read(r) {
    const superParents: Uint8Array[] = []
    while (superParents.length < CASCADE_LEVELS) {
      const at = r.offset
      const count = r.u8()
      const parent = hash.read(r)
      if (superParents.length + count > CASCADE_LEVELS) {
        throw r.fail('count', `${superParents.length + count} super parents, expected ${CASCADE_LEVELS}`, at)
      }
      for (let i = 0; i < count; i++) superParents.push(parent)
    }
    return superParents
  },
  write(w, superParents) {
    if (superParents.length !== CASCADE_LEVELS) {
      throw new CodecError('count', `${superParents.length} super parents, expected ${CASCADE_LEVELS}`, w.size)
    }
    for (const { count, parent } of superParentRuns(superParents)) {
      w.u8(count)
      hash.write(w, parent)
    }
  },
}
