import type { Token } from '../tokens/token.ts'

/** Token of a branch that nothing ends. */
export const UNMATCHED = -1

/**
 * For every IF, ELSEIF and ELSE the position of the ENDIF, ELSEIF or ELSE that ends its branch, for every WHILE that of its
 * ENDWHILE. The two kinds do not know each other: crossed nesting fails later, when the parts are parsed. One pass over all
 * tokens keeps parsing linear, however deep the nesting.
 */
export const matchBlocks = (tokens: readonly Token[]): Int32Array => {
  const ends = new Int32Array(tokens.length).fill(UNMATCHED)
  const branches: number[] = []
  const loops: number[] = []
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'COMMAND') continue
    if (text === 'ENDIF' || text === 'ELSE' || text === 'ELSEIF') {
      const branch = branches.pop()
      if (branch === undefined) continue
      ends[branch] = at
      if (text !== 'ENDIF') branches.push(at)
    } else if (text === 'IF') branches.push(at)
    else if (text === 'WHILE') loops.push(at)
    else if (text === 'ENDWHILE') {
      const loop = loops.pop()
      if (loop !== undefined) ends[loop] = at
    }
  }
  return ends
}
