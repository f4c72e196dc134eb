import { MiniNumber } from '@minipolis/minima'
import { PeerNode } from '../../packages/node/test/peer-node.ts'

/** Slower than the network aims at, so that the difficulty stays the easiest whatever is mined. */
const BLOCK_MS = 100_000
/** Blocks of the wallet's last spends that must be on top before their change is spent again. */
const CONFIRM_BLOCKS = 4
const OUTPUTS_PER_SEND = 14

/**
 * The node that the measured nodes take their chain from, in this process: what it costs is not counted. Its clock runs
 * in the past, so that blocks come as fast as they are asked for.
 */
export class Driver {
  readonly #node: PeerNode
  #clockMs: number

  private constructor(node: PeerNode, clockMs: number) {
    this.#node = node
    this.#clockMs = clockMs
  }

  /** @param blocksAhead blocks that will be asked for in all, so that their times end before now */
  static async start(blocksAhead: number, file = ':memory:'): Promise<Driver> {
    const holder: { driver?: Driver } = {}
    const began = Date.now() - blocksAhead * BLOCK_MS
    const node = new PeerNode({ network: 'main', file, blockTime: () => holder.driver?.clockMs ?? began })
    const driver = new Driver(node, began)
    holder.driver = driver
    await node.start()
    await node.begin()
    return driver
  }

  get clockMs(): number {
    return Math.min(this.#clockMs, Date.now())
  }

  get port(): number {
    return this.#node.address.port
  }

  get height(): number {
    return this.#node.height
  }

  get tip(): string {
    return this.#node.tip!
  }

  async mine(blocks: number): Promise<void> {
    for (let i = 0; i < blocks; i++) {
      this.#clockMs += BLOCK_MS
      await this.#node.mine()
    }
  }

  /** A payment in a block, and blocks on top. */
  async pay(address: string, amounts: readonly number[]): Promise<void> {
    for (let first = 0; first < amounts.length; first += OUTPUTS_PER_SEND) {
      await this.send(address, amounts.slice(first, first + OUTPUTS_PER_SEND))
      await this.mine(CONFIRM_BLOCKS)
    }
  }

  /** One payment, which is a block at the easiest difficulty. */
  async send(address: string, amounts: readonly number[]): Promise<void> {
    const outputs = amounts.map((amount) => ({ address, amount: MiniNumber.of(amount) }))
    await this.#node.send({ outputs, fund: true })
  }

  /** Its own address. */
  async address(): Promise<string> {
    return this.#node.core.wallet.address()
  }

  async stop(): Promise<void> {
    await this.#node.stop()
  }
}
