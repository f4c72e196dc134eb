import { bytesEqual, type Codec, list, miniNumber, toHex, writeCount } from '../codec/index.ts'
import { entryIndex, MMR, pruneSpent, pruneUnspendable, StoredMMR } from '../mmr/index.ts'
import { MiniNumber } from '../number/index.ts'
import { Coin, TOKEN_MINIMA, type TxBlock } from '../objects/index.ts'
import { spendAndCreate } from './tx-block.ts'

/** Which coins a node that keeps all coins may forget because it takes them for lost. */
export interface UnspendableCoins {
  /** Also coins that carry state. */
  readonly withState?: boolean
  /** Also coins of tokens. */
  readonly ofTokens?: boolean
}

const ADDRESS_SIZE = 32

/**
 * One coin tree over the whole history, and every unspent coin: what a node keeps that proves any coin to anyone. It stands
 * at the tip of the cascade; blocks that leave the tree of blocks are added to it.
 * Source: minima-global/Minima: src/org/minima/database/mmr/MegaMMR.java, spec 05 section 19.
 */
export class MegaMMR {
  readonly mmr: MMR
  /** Unspent coins by coin id in hex. */
  readonly coins: Map<string, Coin>

  constructor(mmr: MMR = new MMR(), coins: Iterable<Coin> = []) {
    this.mmr = mmr
    this.coins = new Map(Array.from(coins, (coin) => [toHex(coin.coinId), coin]))
    mmr.reopen()
  }

  /**
   * Applies a block and drops what lies below nodes of value 0.
   *
   * @returns whether the root is the one in the block's header; the reference only logs where it is not
   * @throws MMRError, NumberError where the block does not fit
   */
  addBlock(txBlock: TxBlock): boolean {
    const { header } = txBlock.txpow
    this.mmr.blockTime = header.blockNumber
    this.mmr.setPeaks(txBlock.previousPeaks)
    const { spent, created } = spendAndCreate(this.mmr, txBlock)
    for (const coin of spent) this.coins.delete(toHex(coin.coinId))
    for (const coin of created) this.coins.set(toHex(coin.coinId), coin)
    const root = this.mmr.root()
    pruneSpent(this.mmr)
    return root !== undefined && bytesEqual(root.data, header.mmrRoot)
  }

  /** Forgets coins that nobody can spend, with their parts of the tree; root and values stay. */
  forgetUnspendable(which: UnspendableCoins = {}): void {
    const unspendable = new Set<number>()
    const coinAt = new Map<number, string>()
    for (const [id, coin] of this.coins) {
      const entry = entryIndex(coin.mmrEntry)
      if (entry === undefined) continue
      coinAt.set(entry, id)
      if (isUnspendable(coin, which)) unspendable.add(entry)
    }
    for (const entry of pruneUnspendable(this.mmr, (leaf) => unspendable.has(leaf))) {
      const id = coinAt.get(entry)
      if (id !== undefined) this.coins.delete(id)
    }
  }
}

const isUnspendable = (
  { address, state, tokenId }: Coin,
  { withState = false, ofTokens = false }: UnspendableCoins,
): boolean =>
  address.length !== ADDRESS_SIZE || (withState && state.length > 0) || (ofTokens && !bytesEqual(tokenId, TOKEN_MINIMA))

/** The only version; another one is read all the same, as the reference does. */
const VERSION = MiniNumber.ONE
const coinList = list(Coin)

/** Version, tree, unspent coins in any order. */
export const StoredMegaMMR: Codec<MegaMMR> = {
  read: (r) => {
    miniNumber.read(r)
    const mmr = StoredMMR.read(r)
    return new MegaMMR(mmr, coinList.read(r))
  },
  write: (w, { mmr, coins }) => {
    miniNumber.write(w, VERSION)
    StoredMMR.write(w, mmr)
    writeCount(w, coins.size)
    for (const coin of coins.values()) Coin.write(w, coin)
  },
}
