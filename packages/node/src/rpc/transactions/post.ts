import {
  type CheckResult,
  checkBasic,
  checkStateStore,
  checkTransactionInBlock,
  factsOf,
  MiniNumber,
  type TxPoW,
} from '@minipolis/minima'
import type { SignedTransaction } from '../../miner/index.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import type { RpcState } from '../rpc-state.ts'

const HASH_NONE = Uint8Array.of(0x00)
/** How long a caller waits for the proof of work. Milliseconds. */
export const MINING_TIME_MAX_MS = 120_000

/** The unit as a reply shows it before it is mined: without nonce and body hash. Its id is never found again. */
export function unmined({ header, body }: TxPoW): TxPoW {
  return { header: { ...header, nonce: MiniNumber.ZERO, bodyHash: HASH_NONE }, body }
}

/** Would the network refuse the candidate, now that it is signed? @throws RpcError `refused` */
export function insistValid(node: RpcNode, candidate: TxPoW): void {
  const { header } = candidate
  insist(checkBasic(candidate))
  insist(checkStateStore(candidate, header.magic.currentMaxTxPoWSize.asLong()))
  insist(checkTransactionInBlock(candidate, header, node.chain.tip!.mmr))
}

function insist(verdict: CheckResult): void {
  if (verdict.ok) return
  throw new RpcError('refused', `the network would refuse this transaction : ${verdict.detail}`, { rule: verdict.code })
}

/** @throws RpcError `too-much` */
export function insistSize(txpow: TxPoW): void {
  const size = factsOf(txpow).sizeForLimits
  const most = txpow.header.magic.currentMaxTxPoWSize.asInt()
  if (size > most) throw new RpcError('too-much', `TxPoW size too large.. ${size}/${most}`)
}

export interface PostOptions {
  /** Wait for the proof of work and give the final unit. */
  readonly mine: boolean
  /** A candidate that was made already; choosing what else it lists takes time. */
  readonly candidate?: TxPoW
  /** Frees the coins when all is done. */
  readonly done: () => void
}

/**
 * Hands a transaction to the miner. What goes wrong later is told to the node, not to the caller who did not wait.
 *
 * @returns the final unit, or without `mine` the unit as it is before mining
 * @throws RpcError `refused` when mining takes too long; NodeError `queue-full`, `transaction-invalid`
 */
export async function postTransaction(
  node: RpcNode,
  state: RpcState,
  own: SignedTransaction,
  { mine, candidate, done }: PostOptions,
): Promise<TxPoW> {
  const before = mine ? undefined : unmined(candidate ?? node.template(own))
  const work = mineAndPost(node, own).finally(done)
  state.follow(work, node)
  if (before === undefined) return withinTime(work)
  // A full queue shows at once; that much the caller is told.
  const refusedAtOnce = new Promise<undefined>((resolve) => setImmediate(resolve, undefined))
  await Promise.race([work, refusedAtOnce])
  return before
}

async function mineAndPost(node: RpcNode, own: SignedTransaction): Promise<TxPoW> {
  const txpow = await node.miner.mineTransaction(own)
  node.post(txpow)
  return txpow
}

async function withinTime(work: Promise<TxPoW>): Promise<TxPoW> {
  let timer: NodeJS.Timeout | undefined
  const timeOut = new Promise<never>((_, reject) => {
    const message = `FAILED TO MINE txn in ${MINING_TIME_MAX_MS / 1000} seconds !?`
    timer = setTimeout(() => reject(new RpcError('refused', message)), MINING_TIME_MAX_MS)
  })
  try {
    return await Promise.race([work, timeOut])
  } finally {
    clearTimeout(timer)
  }
}
