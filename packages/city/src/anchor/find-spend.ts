import { bytesEqual, fromHex, type TxPoW, toHex, txpowId } from '@minipolis/minima'
import type { Hex, Ledger } from '../ledger/ledger.ts'

/** Blocks asked for at once. */
const PAGE = 100n

/** The TxPoW on the main branch, from block `from` on, whose transaction spends a coin. */
export async function findSpend(
  ledger: Ledger,
  coinId: Hex,
  from: bigint,
): Promise<{ id: Hex; txpow: TxPoW } | undefined> {
  const tip = await ledger.tip()
  if (!tip) return undefined
  const coin = fromHex(coinId)
  for (let at = from; at <= tip.number; at += PAGE) {
    for (const block of await ledger.blocks(at, at + PAGE - 1n)) {
      if (spends(block.txpow, coin)) return { id: toHex(txpowId(block.txpow)), txpow: block.txpow }
      for (const listed of block.txpow.body?.txpowIds ?? []) {
        const id = toHex(listed)
        const txpow = await ledger.txpow(id)
        if (txpow && spends(txpow, coin)) return { id, txpow }
      }
    }
  }
  return undefined
}

const spends = ({ body }: TxPoW, coinId: Uint8Array): boolean =>
  body?.transaction.inputs.some((input) => bytesEqual(input.coinId, coinId)) ?? false
