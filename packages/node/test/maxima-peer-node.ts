import { networks } from '@minipolis/minima'
import { createMaximaStore, Maxima, maximaPartsOf } from '../src/maxima/index.ts'
import { MinimaNode } from '../src/node/node.ts'
import type { PeerAddress } from '../src/peers/index.ts'

/** Blocks below the tip that contacts compare, in a test network. */
const CHECK_DEPTH = 16

export interface MaximaPeerNodeOptions {
  /** Called and kept connected; without any, the node begins a chain of its own. */
  readonly connect?: readonly PeerAddress[]
}

/** A node of ours with real connections and messaging, which mines nothing by itself. */
export class MaximaPeerNode {
  readonly node: MinimaNode
  readonly faults: unknown[] = []
  #maxima: Maxima | undefined

  constructor(random: (size: number) => Uint8Array, { connect = [] }: MaximaPeerNodeOptions = {}) {
    const failed = (error: unknown): void => void this.faults.push(error)
    const parts = { now: Date.now, random, failed }
    const address = (): PeerAddress => ({ host: '127.0.0.1', port: this.port })
    this.node = new MinimaNode(
      {
        network: networks.test.name,
        file: ':memory:',
        genesis: connect.length === 0,
        automine: 'off',
        peers: { bind: '127.0.0.1', port: 0, connect, reconnectMs: 300 },
      },
      {
        ...parts,
        messaging: async (core) => {
          this.#maxima = new Maxima(
            { localAddress: address, publicAddress: address, allowInternal: true, checkDepth: CHECK_DEPTH },
            { ...parts, ...maximaPartsOf(core), store: createMaximaStore(core.store.database) },
          )
          await this.#maxima.start()
          return this.#maxima.links
        },
      },
    )
  }

  get maxima(): Maxima {
    return this.#maxima!
  }

  /** Where it listens; 0 until then. */
  get port(): number {
    return this.node.peers?.port ?? 0
  }

  async start(): Promise<this> {
    await this.node.start()
    return this
  }

  async stop(): Promise<void> {
    this.#maxima?.stop()
    await this.node.stop()
  }
}
