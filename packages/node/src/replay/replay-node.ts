import { decode, type NetworkParameters, networks, TxBlock, type TxPoW } from '@minipolis/minima'
import { type BlockNode, Chain, type Interests, MainBranch, type Receipt } from '../chain/index.ts'
import { chooseTransactions, Mempool, poolArrival, poolFollow } from '../mempool/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { ReplayError } from './mismatch.ts'
import type { RecordedHeader, RecordedWallet } from './recording.ts'

/** Chain and mempool as a node has them, fed by hand, with a store in memory. */
export class ReplayNode {
  readonly chain: Chain
  readonly branch: MainBranch
  readonly pool = new Mempool()
  readonly store: Store
  #round = 0

  constructor(header: RecordedHeader, wallet: RecordedWallet | undefined) {
    const parameters = parametersOf(header)
    this.store = openStore({ file: ':memory:', network: parameters.name })
    this.chain = new Chain({
      store: this.store,
      parameters,
      interests: interestsOf(wallet),
      now: () => 0,
      recent: (id) => this.pool.get(id)?.txpow,
    })
    this.branch = new MainBranch(this.store, () => this.chain.tree)
  }

  /** Gives the unit to the node; the first one begins the chain. */
  feed(txpow: TxPoW): Receipt {
    const receipt = this.chain.tip === undefined ? this.chain.begin(txpow) : this.chain.receive(txpow)
    if (receipt.change !== undefined) poolFollow(this.pool, receipt.change, this.chain)
    if (receipt.isNew) poolArrival(this.pool, txpow, this.branch)
    return receipt
  }

  /**
   * What making a block does to the mempool. The recorded node made a template for every unit it mined, and counted
   * rejections by template.
   */
  makeTemplate(own: TxPoW): void {
    const tip = this.chain.tip
    if (tip === undefined) return
    this.#round++
    chooseTransactions(this.pool, { tip, header: own.header, own, round: String(this.#round) })
  }

  /** The stored TxBlock of a block of the tree. */
  txblock({ id }: BlockNode): TxBlock {
    return decode(TxBlock, this.store.blocks.get(id)!.txblock)
  }

  close(): void {
    this.store.close()
  }
}

function parametersOf({ params }: RecordedHeader): NetworkParameters {
  const { set } = params
  if (set === 'main' || set === 'test') return networks[set]
  throw new ReplayError('shape', `recordings have the parameters main or test, not ${set}`)
}

function interestsOf(wallet: RecordedWallet | undefined): Interests {
  const tracked = new Set(wallet?.scripts.filter(({ track }) => track).map(({ address }) => address))
  const keys = new Set(wallet?.keys.map(({ publickey }) => publickey))
  return { isTracked: (address) => tracked.has(address), isKey: (key) => keys.has(key), watchesCoin: () => undefined }
}
