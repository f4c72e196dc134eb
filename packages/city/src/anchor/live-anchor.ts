import { toHex } from '@minipolis/minima'
import type { Hex, Ledger } from '../ledger/ledger.ts'
import { type AnchorStatement, readAnchorState, successorCoinId } from './anchor-contract.ts'
import { readAnchor } from './anchor-record.ts'
import type { AnchorFounding, AnchorStore } from './anchor-store.ts'

/** A log's one live coin on the chain. */
export interface LiveAnchor {
  readonly coinId: Hex
  /** The coin it spent. */
  readonly spends: Hex
  readonly statement: AnchorStatement
}

/** How far ahead of the records the chain of anchors is searched: a restored backup may have missed that many. */
const AHEAD_MAX = 10_000

/**
 * The live anchor coin, among all coins at the log's address.
 *
 * @param spends the coin that the newest known anchor spends: the search begins at its successor, and goes on among the anchors
 *   recorded before it
 */
export async function findLiveAnchor(
  { ledger, store }: { readonly ledger: Ledger; readonly store: Pick<AnchorStore, 'get'> },
  founding: AnchorFounding,
  spends: Hex,
): Promise<LiveAnchor | undefined> {
  const coins = await ledger.coins({ address: founding.address })
  const unspent = new Map(coins.filter((coin) => coin.spent === 0).map((coin) => [toHex(coin.coinId), coin]))
  let before = spends
  for (let i = 0; i < AHEAD_MAX && unspent.size > 0; i++) {
    const coinId = successorCoinId(before)
    const coin = unspent.get(coinId)
    const statement = coin && readAnchorState(coin.state)
    if (statement) return { coinId, spends: before, statement }
    before = coinId
  }
  // Anybody can send coins to the address: only those of our line count.
  for (const [coinId, coin] of unspent) {
    const statement = readAnchorState(coin.state)
    const stored = statement && (await store.get(statement.serial))
    const record = stored && readAnchor(stored)
    if (record?.coinId === coinId) return { coinId, spends: record.spends, statement: statement! }
  }
  return undefined
}
