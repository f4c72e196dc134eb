import { type Coin, StateType, toHex } from '@minipolis/minima'
import type { Recorded } from '../recorded.ts'
import type { ReplayBlock } from './replay-block.ts'

/** What a recorded wallet follows: addresses of tracked scripts, and its keys. */
export interface Wallet {
  readonly tracked: ReadonlySet<string>
  readonly keys: ReadonlySet<string>
}

export const walletFrom = (recorded: Recorded): Wallet => ({
  tracked: new Set(
    recorded
      .records('scripts')
      .filter((script) => script.get('track') === true)
      .map((script) => script.text('address')),
  ),
  keys: new Set(recorded.records('keys').map((key) => key.text('publickey'))),
})

const isRelevant = ({ address, state }: Coin, { tracked, keys }: Wallet): boolean =>
  tracked.has(toHex(address)) ||
  state.some(({ type, value }) => type === StateType.hex && (tracked.has(value) || keys.has(value)))

/** Ids of the wallet's unspent coins on the way from a block back to the first, sorted. Source: spec 05 section 18. */
export function relevantUnspent(tip: ReplayBlock, wallet: Wallet): readonly string[] {
  const blocks: ReplayBlock[] = []
  for (let block: ReplayBlock | undefined = tip; block !== undefined; block = block.previous) blocks.push(block)
  const unspent = new Set<string>()
  for (const { spent, created } of blocks.reverse()) {
    for (const coin of created) if (isRelevant(coin, wallet)) unspent.add(toHex(coin.coinId))
    for (const coin of spent) unspent.delete(toHex(coin.coinId))
  }
  return [...unspent].sort()
}
