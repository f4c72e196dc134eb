import type { CheckResult, Greeting, MiniNumber, RejectCode, TxPoW } from '@minipolis/minima'

/** A block by number and id. */
export interface BlockPlace {
  readonly number: number
  readonly id: Uint8Array
}

/**
 * What became of a TxPoW that a peer sent. Ids are 32 bytes.
 *
 * - `known`: it was there before.
 * - `dropped`: not kept, and nobody is to blame.
 * - `other-body`: the body is not the one the header was mined for; somebody changed it on the way.
 * - `refused`: no honest node passes this on.
 * - `taken`: kept. `announce` says whether to pass it on, `added` are the blocks that entered the tree, `missing` is what to
 *   ask the sender for.
 */
export type Reception =
  | { readonly kind: 'known' | 'other-body' }
  | {
      readonly kind: 'dropped' | 'refused'
      readonly code: RejectCode | 'no-chain' | 'no-work'
      readonly detail: string
    }
  | {
      readonly kind: 'taken'
      readonly announce: boolean
      readonly added: readonly Uint8Array[]
      readonly missing: readonly Uint8Array[]
    }

/** A unit that was looked at in advance, so that judging it takes no time. */
export interface PreparedUnit {
  readonly txpow: TxPoW
  /** What verifying its signatures came to; undefined when a cheap test refuses the unit before. */
  readonly signatures: CheckResult | undefined
  /** Its scripts take so long that it is not passed on. */
  readonly hasSlowScripts: boolean
  /** Milliseconds of this machine that it took. */
  readonly costMs: number
}

export interface ReceiveOptions {
  /** Take it although its body does not fit, when the chain may need it: nobody has another. It is not passed on. */
  readonly anyBody?: boolean
  readonly prepared?: PreparedUnit | undefined
}

/** An answer to a greeting: the wire form of an IBD, and whether the two chains can meet. */
export interface IbdAnswer {
  readonly payload: Uint8Array
  readonly isSameChain: boolean
}

/** The chain as peers ask for it. Wire forms are given as they are stored; ids as texts are upper-case hex with `0x`. */
export interface ChainAccess {
  /** What the greeting says; a version with TEST meets only versions with TEST. */
  readonly version: string
  /** Bytes that a TxPoW may have by the magic numbers of the tip. */
  readonly txpowBytesMax: number

  tip(): BlockPlace | undefined
  /** Ids of the main branch in the tree, tip first, at most `most`. */
  branchIds(most?: number): readonly Uint8Array[]
  /** The block of the main branch with this number, in tree or archive. */
  mainBlock(number: number): BlockPlace | undefined
  isKnown(id: string): boolean
  txpow(id: string): Uint8Array | undefined
  txblock(id: string): Uint8Array | undefined

  /** Source: spec 05 section 16.2 */
  ibdFor(greeting: Greeting): IbdAnswer
  /** Archived blocks below a number, highest first, without cascade. */
  ibdBelow(number: MiniNumber): Uint8Array
  /** Archived blocks from a number on. Source: spec 06 section 6.4 */
  archiveFrom(number: MiniNumber): Uint8Array

  /**
   * Does in advance and in slices what is costly about a unit, where it is worth that.
   * @returns undefined when `receive` is done at once; a promise that never fails
   */
  prepare(payload: Uint8Array): Promise<PreparedUnit | undefined> | undefined
  /** Judges, stores and processes. Source: spec 05 section 9.2 */
  receive(txpow: TxPoW, options: ReceiveOptions): Reception
  /** What a list of block ids, tip first, shows to be missing, oldest first; undefined when no block is shared. */
  missingOf(blockIds: readonly Uint8Array[]): readonly Uint8Array[] | undefined
  /** Units that the newest blocks of the main branch list and this node does not have. */
  missingOfBranch(): readonly Uint8Array[]
}

/** What came of a chain download. */
export type SyncResult =
  /** `missing`: ids to ask the sender for. */
  | { readonly kind: 'done'; readonly added: number; readonly missing: readonly Uint8Array[] }
  | { readonly kind: 'refused' | 'other-chain' | 'heavier-chain'; readonly detail: string }

/** Takes chain downloads. One is worked on at a time. */
export interface ChainSync {
  /** While true, announcements are not followed: they will be part of what is being loaded. */
  readonly isBusy: boolean
  /** @param payload wire form of an IBD */
  download(payload: Uint8Array, peer: string): Promise<SyncResult>
  /** Older blocks, highest first, in answer to `olderThan`. */
  older(payload: Uint8Array): Promise<SyncResult>
  /** Wire form of the block below which history is wanted; undefined when there is enough. */
  olderThan(): Uint8Array | undefined
}
