import { networks } from '@minipolis/minima'
import type { Receipt } from '../../packages/node/src/chain/index.ts'
import { createMaximaStore, Maxima, maximaPartsOf } from '../../packages/node/src/maxima/index.ts'
import { poolArrival, poolFollow } from '../../packages/node/src/mempool/index.ts'
import { NodeCore } from '../../packages/node/src/node/core.ts'
import { networkDefaults } from '../../packages/node/src/node/options.ts'
import { Database } from '../../packages/node/src/store/index.ts'
import { NodePeers } from '../../packages/node/src/sync/index.ts'

/** A node of ours with real connections and messaging, on a chain of one block. */
export class MaximaPeerNode {
  readonly core: NodeCore
  readonly peers: NodePeers
  readonly maxima: Maxima
  readonly faults: unknown[] = []
  readonly #database = new Database({ file: ':memory:', network: 'test' })

  constructor(random: (size: number) => Uint8Array) {
    const core = new NodeCore(
      { ...networkDefaults.test, parameters: networks.test, file: ':memory:', defaultKeys: 1, hashRate: 10_000 },
      { now: Date.now, random, received: () => undefined },
    )
    this.core = core
    const follow = ({ change }: Receipt): void => {
      if (change !== undefined) poolFollow(core.pool, change, core.chain)
    }
    const address = (): { host: string; port: number } => ({ host: '127.0.0.1', port: this.peers.network.port })
    this.maxima = new Maxima(
      { localAddress: address, publicAddress: address, allowInternal: true, checkDepth: 16 },
      {
        ...maximaPartsOf(core),
        store: createMaximaStore(this.#database),
        now: Date.now,
        random,
        failed: (error) => this.faults.push(error),
      },
    )
    this.peers = new NodePeers(
      { bind: '127.0.0.1', port: 0 },
      {
        holder: {
          store: core.store,
          chain: core.chain,
          branch: core.branch,
          pool: core.pool,
          take: (txpow) => {
            const receipt = core.chain.receive(txpow)
            if (receipt.isNew) {
              follow(receipt)
              poolArrival(core.pool, txpow, core.branch)
            }
            return receipt
          },
          follow,
        },
        now: Date.now,
        random,
        maxima: this.maxima,
      },
    )
  }

  async start(): Promise<void> {
    await this.core.begin()
    await this.maxima.start()
    await this.peers.start()
  }

  async stop(): Promise<void> {
    this.maxima.stop()
    await this.peers.stop()
    await this.core.close()
    this.#database.close()
  }
}
