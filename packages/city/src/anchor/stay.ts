import { createUserTree, encode, MMRProof, type StateVariable, toHex } from '@minipolis/minima'
import type { BlockRef, Hex, Ledger } from '../ledger/ledger.ts'
import { ANCHOR_AMOUNT, checkpointHash } from './anchor-contract.ts'
import type { AnchorStore } from './anchor-store.ts'
import { Troubles } from './troubles.ts'

/**
 * The stay coin: once a day the roots of all logs on a coin that nobody can ever spend, so that a third party can check a day
 * with nothing but a Minima node and one proof.
 *
 * | port | type | meaning |
 * |---|---|---|
 * | 0 | STRING | schema, `[minipolis-stay/1]` |
 * | 1 | HEX | root of a Minima tree with one leaf per log, see `stayLeaf` |
 * | 2 | NUMBER | sum of the tree: entries in all logs |
 * | 3 | NUMBER | number of logs |
 * | 4 | NUMBER | day, counted from 1970-01-01 UTC |
 */
export const STAY_SCHEMA = '[minipolis-stay/1]'

/** Script of the stay coins of the city whose first log has this id. Nobody can satisfy it. */
export const stayScript = (logId: Uint8Array): string => `LET city=${toHex(logId)} RETURN FALSE`

/** What the stay coin of a day says of one log. */
export interface StayLog {
  /** Note text of the log's newest checkpoint. */
  readonly noteText: string
  readonly size: number
}

/** A log as `mmrcreate` and `mmrproof` take it: hash of the checkpoint's note text, with the tree size as its value. */
export const stayLeaf = ({ noteText, size }: StayLog): string => `${toHex(checkpointHash(noteText))}:${size}`

/** The tree over a day's logs, leaves in the order of their text; `mmrproof data:LEAF proof:PROOF root:ROOT:SUM` checks each. */
export function stayTree(logs: readonly StayLog[]): {
  root: Hex
  sum: number
  leaves: readonly { leaf: string; proof: Hex }[]
} {
  const leaves = logs.map(stayLeaf).sort()
  const tree = createUserTree(leaves)
  return {
    root: toHex(tree.root.data),
    sum: Number(tree.root.value.toString()),
    leaves: tree.nodes.map(({ proof }, i) => ({ leaf: leaves[i]!, proof: toHex(encode(MMRProof, proof)) })),
  }
}

export function stayState(day: number, logs: readonly StayLog[]): StateVariable[] {
  const { root, sum } = stayTree(logs)
  return [
    { port: 0, type: 4, value: STAY_SCHEMA },
    { port: 1, type: 1, value: root },
    { port: 2, type: 2, value: String(sum) },
    { port: 3, type: 2, value: String(logs.length) },
    { port: 4, type: 2, value: String(day) },
  ]
}

export interface StayKeeperParts {
  readonly ledger: Ledger
  readonly store: Pick<AnchorStore, 'note' | 'putNote'>
  /** Id of the city's first log. */
  readonly logId: Uint8Array
  /** The newest checkpoint of every log that has one. */
  readonly logs: () => Promise<readonly StayLog[]>
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly onError: (error: unknown) => void
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Blocks after which a stay coin that is on no block is posted again. */
const REPOST_BLOCKS = 10n

/** Name of the note that holds the last day done. */
const LAST_DAY = 'stay-day'

/** Name of the note with the leaves and proofs of a day. */
export const stayNote = (day: number): string => `stay ${day}`

/** Makes the day's stay coin and sees to it that it gets into a block. A second one for a day, after a cut, does no harm. */
export class StayKeeper {
  readonly #parts: StayKeeperParts
  readonly #troubles: Troubles
  #work: Promise<void> = Promise.resolve()
  #posted: { readonly day: number; readonly at: bigint } | undefined

  constructor(parts: StayKeeperParts) {
    this.#parts = parts
    this.#troubles = new Troubles(parts.onError)
  }

  /** Does what is due: call it at each block. Calls queue up; failures go to `onError`, each once while it lasts. */
  step(): Promise<void> {
    this.#work = this.#work.then(() => this.#troubles.during(() => this.#step()))
    return this.#work
  }

  async #step(): Promise<void> {
    const { ledger, store, logId, now } = this.#parts
    const day = Math.floor(now() / DAY_MS)
    const last = await store.note(LAST_DAY)
    const tip = await ledger.tip()
    if (!tip || (last !== undefined && Number(last) >= day)) return
    const address = await ledger.track(stayScript(logId))
    if (await this.#isMade(address, day)) await store.putNote(LAST_DAY, String(day))
    else await this.#post(address, day, tip)
  }

  async #isMade(address: Hex, day: number): Promise<boolean> {
    const coins = await this.#parts.ledger.coins({ address })
    return coins.some(({ state }) => state[0]?.value === STAY_SCHEMA && state[4]?.value === String(day))
  }

  async #post(address: Hex, day: number, tip: BlockRef): Promise<void> {
    if (this.#posted?.day === day && tip.number - this.#posted.at < REPOST_BLOCKS) return
    const { ledger, store } = this.#parts
    const logs = await this.#parts.logs()
    if (logs.length === 0) return
    await store.putNote(stayNote(day), JSON.stringify(stayTree(logs)))
    await ledger.submit({
      outputs: [{ address, amount: ANCHOR_AMOUNT, storeState: true }],
      state: stayState(day, logs),
      fund: true,
    })
    this.#posted = { day, at: tip.number }
  }
}
