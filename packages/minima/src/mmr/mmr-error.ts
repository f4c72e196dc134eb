import { MinipolisError } from '../errors/minipolis-error.ts'

/**
 * What can go wrong when a tree is changed or read with foreign material.
 *
 * - `position`: a row outside 0..255, or an entry number that is not a whole number from 0 to 2^52 - 1
 * - `proof-too-short`: the proof ends below the peak it should lead to
 * - `unknown-entry`: the tree does not hold the asked node, nor does any ancestor
 * - `finalised`: a change was asked of a tree whose peaks and root are fixed
 * - `root-changed`: a path that should only be remembered does not belong to the tree
 * - `empty-tree`: a root was asked of a tree without leaves
 */
export type MMRErrorCode =
  | 'position'
  | 'proof-too-short'
  | 'unknown-entry'
  | 'finalised'
  | 'root-changed'
  | 'empty-tree'

export class MMRError extends MinipolisError<MMRErrorCode> {}
