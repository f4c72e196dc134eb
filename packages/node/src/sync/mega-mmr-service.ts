import {
  type Coin,
  CoinProof,
  concatBytes,
  encode,
  MiniNumber,
  miniNumber,
  StateType,
  text,
  toHex,
} from '@minipolis/minima'
import { type Chain, completeDownload, exportCoin, olderCoins } from '../chain/index.ts'
import { Turns } from '../threads/index.ts'
import type { MegaMMRSyncRequest } from '../wire/index.ts'
import type { NodeHolder } from './node-holder.ts'

/** Coins of one answer; whoever has more is not served, because an answer that leaves some out would lose them. */
export const ANSWER_COINS_MAX = 20_000
/** Version of the answer. Source: spec 06 section 6.5 */
const VERSION = MiniNumber.of(2)

/** What coins may name: their address, or a value of their state. */
export type CoinNames = Pick<MegaMMRSyncRequest, 'addresses' | 'publicKeys'>

/**
 * Unspent coins of the whole chain at one of these addresses, or whose state names one of the addresses or keys.
 *
 * @returns those of the tree first; one more than `ANSWER_COINS_MAX` at most
 */
export async function coinsNaming(chain: Chain, { addresses, publicKeys }: CoinNames): Promise<Coin[]> {
  const at = new Set(addresses.map(toHex))
  const named = new Set([...at, ...publicKeys.map(toHex)])
  const fits = ({ address, state }: Coin): boolean =>
    at.has(toHex(address)) || state.some(({ type, value }) => type === StateType.hex && named.has(value))
  const young = [...chain.coins.all()].filter(fits)
  const most = ANSWER_COINS_MAX + 1
  const names = [...addresses, ...publicKeys]
  return [...young, ...(await olderCoins(chain, { filter: {}, names, fits, most }))].slice(0, most)
}

/**
 * Serves nodes that start anew with a wallet: a complete chain, and a proof of each coin that concerns them. One request is
 * worked on at a time.
 */
export class MegaMMRService {
  readonly #holder: NodeHolder
  #isBusy = false

  constructor(holder: NodeHolder) {
    this.#holder = holder
  }

  /**
   * @param peers `host:port,host:port`
   * @returns the answer in wire form; undefined when this node does not keep all coins, has work enough, or is asked for too much
   */
  async answer(request: CoinNames, peers: string): Promise<Uint8Array | undefined> {
    const { chain } = this.#holder
    if (this.#isBusy || chain.megaMMR?.isComplete !== true) return undefined
    this.#isBusy = true
    try {
      const coins = await coinsNaming(chain, request)
      if (coins.length > ANSWER_COINS_MAX) return undefined
      const proofs = await this.#prove(coins)
      // The chain last: what was proved meanwhile is in it.
      const ibd = completeDownload(chain, this.#holder.branch)
      return concatBytes(
        encode(miniNumber, VERSION),
        ibd,
        encode(miniNumber, MiniNumber.of(proofs.length)),
        ...proofs,
        encode(text, peers),
      )
    } finally {
      this.#isBusy = false
    }
  }

  async #prove(coins: readonly Coin[]): Promise<Uint8Array[]> {
    const { chain } = this.#holder
    const proofs: Uint8Array[] = []
    const turns = new Turns()
    for (const coin of coins) {
      if (turns.isOver) await turns.next()
      const proof = exportCoin(chain.tree, coin, chain.parameters.proofHistoryBlocks)
      if (proof !== undefined) proofs.push(encode(CoinProof, proof))
    }
    return proofs
  }
}
