import {
  type CheckResult,
  decode,
  encode,
  factsOf,
  fromHex,
  type Greeting,
  IBD,
  MiniNumber,
  MinipolisError,
  TxPoW,
  toHex,
} from '@minipolis/minima'
import { answerPeer, archiveBelow, archiveFrom, type BlockNode, hasMinedBody } from '../chain/index.ts'
import { NodeError } from '../errors/index.ts'
import type { BlockPlace, ChainAccess, IbdAnswer, PreparedUnit, ReceiveOptions, Reception } from '../peers/index.ts'
import { checkHonest, checkRelay, failsForEver, hasWork } from './judge-arrival.ts'
import type { MissingParts } from './missing-parts.ts'
import type { NodeHolder } from './node-holder.ts'
import { isCostly, prepareArrival } from './prepare-arrival.ts'

/** Before there is a tip. */
const TXPOW_BYTES = 64 * 1024

/** A node's chain, as peers may ask for it and add to it. */
export class NodeChain implements ChainAccess {
  readonly version: string
  readonly #holder: NodeHolder
  readonly #now: () => number
  readonly #missing: MissingParts
  /** Units that are being looked at: the same one from several peers is looked at once. */
  readonly #preparing = new Map<string, Promise<PreparedUnit | undefined>>()

  constructor(holder: NodeHolder, missing: MissingParts, now: () => number) {
    this.version = holder.chain.parameters.version
    this.#holder = holder
    this.#missing = missing
    this.#now = now
  }

  get txpowBytesMax(): number {
    const tip = this.#holder.chain.tip
    return tip === undefined ? TXPOW_BYTES : Number(tip.header.magic.currentMaxTxPoWSize.toBigInt())
  }

  tip(): BlockPlace | undefined {
    return this.#holder.chain.tip
  }

  branchIds(most = Number.MAX_SAFE_INTEGER): readonly Uint8Array[] {
    const ids: Uint8Array[] = []
    for (let node: BlockNode | undefined = this.#holder.chain.tip; node !== undefined && ids.length < most; ) {
      ids.push(node.id)
      node = node.parent
    }
    return ids
  }

  mainBlock(number: number): BlockPlace | undefined {
    return this.#holder.chain.tree.mainAt(number) ?? this.#holder.store.blocks.archived(number)
  }

  isKnown(id: string): boolean {
    return this.#holder.chain.known.has(id)
  }

  txpow(id: string): Uint8Array | undefined {
    const txpow = this.#holder.chain.known.get(id)
    return txpow && encode(TxPoW, txpow)
  }

  txblock(id: string): Uint8Array | undefined {
    return this.#holder.store.blocks.get(fromHex(id))?.txblock
  }

  ibdFor(greeting: Greeting): IbdAnswer {
    if (this.#isFarAhead(greeting)) return { payload: encode(IBD, { cascade: null, blocks: [] }), isSameChain: true }
    const { ibd, isSameChain } = answerPeer(this.#holder.chain, this.#holder.branch, greeting)
    return { payload: ibd, isSameChain }
  }

  ibdBelow(number: MiniNumber): Uint8Array {
    return archiveBelow(this.#holder.branch, blockNumber(number))
  }

  archiveFrom(number: MiniNumber): Uint8Array {
    return archiveFrom(this.#holder.chain, this.#holder.branch, blockNumber(number))
  }

  missingOf(blockIds: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
    return this.#missing.ofPulse(blockIds)
  }

  prepare(payload: Uint8Array): Promise<PreparedUnit | undefined> | undefined {
    const { chain, thread } = this.#holder
    const { tip } = chain
    const txpow = tip && readUnit(payload)
    if (tip === undefined || thread === undefined || txpow === undefined || !isCostly(txpow)) return undefined
    const hex = toHex(factsOf(txpow).id)
    const isWorthIt =
      !chain.known.has(hex) && (this.#missing.isAwaited(hex) || hasWork(txpow, tip)) && hasMinedBody(txpow)
    if (!isWorthIt) return undefined
    const underWay = this.#preparing.get(hex)
    if (underWay !== undefined) return underWay
    // A thread with too much to do, or one that stops, leaves the unit to be judged as it is.
    const preparing = prepareArrival(txpow, tip, thread)
      .catch(unprepared)
      .finally(() => this.#preparing.delete(hex))
    this.#preparing.set(hex, preparing)
    return preparing
  }

  receive(txpow: TxPoW, { anyBody = false, prepared }: ReceiveOptions): Reception {
    const { chain, pool } = this.#holder
    const { id, isBlock } = factsOf(txpow)
    const hex = toHex(id)
    if (chain.known.has(hex)) return { kind: 'known' }
    const tip = chain.tip
    if (tip === undefined) return { kind: 'dropped', code: 'no-chain', detail: 'there is no chain yet' }
    if (txpow.body === null) return { kind: 'dropped', code: 'no-body', detail: 'a bare header' }
    const isAwaited = this.#missing.isAwaited(hex)
    const isWorked = hasWork(txpow, tip)
    if (!isWorked && !isAwaited) return { kind: 'dropped', code: 'no-work', detail: `unit ${hex} did no work` }
    const isMined = hasMinedBody(txpow)
    if (!isMined && !(anyBody && (isBlock || isAwaited))) return { kind: 'other-body' }
    const honest = checkHonest(txpow, tip, prepared?.signatures)
    if (!honest.ok) return blameOf(honest)
    if (failsForEver(txpow, tip)) return { kind: 'dropped', code: 'script-failed', detail: 'a script always fails' }
    const isAboveRoot = !isBlock || txpow.header.blockNumber.toBigInt() >= BigInt(chain.tree.root!.number)
    const isQuick = prepared?.hasSlowScripts !== true
    const relay = isWorked && isMined && isAboveRoot && isQuick && checkRelay(txpow, tip, pool, this.#now()).ok

    const receipt = this.#holder.take(txpow)
    this.#missing.came(hex)
    return {
      kind: 'taken',
      announce: relay && receipt.refused === undefined,
      added: receipt.added.map((node) => node.id),
      missing: isWorked ? this.#missing.ofBlock(txpow) : [],
    }
  }

  missingOfBranch(): readonly Uint8Array[] {
    return this.#missing.ofBranch()
  }

  /**
   * A peer whose whole tree lies above our tip. A node of the reference would send it all that it has, and be left for blocks
   * without a parent there: a node that was away could not come back for half an hour.
   */
  #isFarAhead({ topBlock, chain }: Greeting): boolean {
    const tip = this.tip()
    if (tip === undefined || topBlock.isNegative() || chain.length === 0) return false
    return topBlock.sub(MiniNumber.of(chain.length - 1)).moreThan(MiniNumber.of(tip.number))
  }
}

/** What cannot be read is found out again, and blamed, when its turn comes. */
function readUnit(payload: Uint8Array): TxPoW | undefined {
  try {
    return decode(TxPoW, payload)
  } catch (error) {
    if (error instanceof MinipolisError) return undefined
    throw error
  }
}

function unprepared(error: unknown): undefined {
  if (error instanceof NodeError) return undefined
  throw error
}

/** What cannot be judged is dropped without blame: the reference fails on it and says nothing. */
function blameOf(result: Extract<CheckResult, { readonly ok: false }>): Reception {
  const isUnclear = result.code === 'malformed' || result.code === 'overflow'
  return { kind: isUnclear ? 'dropped' : 'refused', code: result.code, detail: result.detail }
}

/** A number of a stranger as a place in the chain: what is no number of a block has no blocks. */
function blockNumber(number: MiniNumber): number {
  const value = number.toBigInt()
  return value < -1n || value > BigInt(BLOCK_NUMBER_MAX) ? -1 : Number(value)
}

const BLOCK_NUMBER_MAX = 2 ** 48
