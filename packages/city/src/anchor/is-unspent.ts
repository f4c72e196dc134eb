import type { Hex, Ledger } from '../ledger/ledger.ts'

/** Whether the ledger knows a coin that nobody has spent. */
export async function isUnspent(ledger: Pick<Ledger, 'coins'>, coinId: Hex): Promise<boolean> {
  return (await ledger.coins({ coinId })).some((coin) => coin.spent === 0)
}
