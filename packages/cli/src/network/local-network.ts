import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LocalNode } from './local-node.ts'

/** Milliseconds between two looks at the nodes. */
const LOOK_MS = 1_000
/** Ports from one node to the next, and from a node's port for peers to the one for commands. */
const PORT_STEP = 10
const RPC_STEP = 4

export interface LocalNetworkOptions {
  readonly nodes: number
  /** Each node has a folder in it. */
  readonly folder: string
  readonly network: string
  /** Port of the first node; 0 for any free ones. */
  readonly basePort: number
}

/** The folder of one node of a local network. */
export const nodeFolderOf = (folder: string, number: number): string => join(resolve(folder), `node-${number}`)

/** Nodes on this machine that are connected to each other: the first begins the chain, the others take it from there. */
export class LocalNetwork {
  readonly nodes: readonly LocalNode[]

  private constructor(nodes: readonly LocalNode[]) {
    this.nodes = nodes
  }

  /**
   * Starts one node after the other, each connected to the first and to the one before it.
   *
   * @param started told of each node that listens
   * @throws CommandError `server`, `interrupted`; then no process is left
   */
  static async start(
    { nodes: count, folder, network, basePort }: LocalNetworkOptions,
    signal: AbortSignal,
    started: (node: LocalNode) => void,
  ): Promise<LocalNetwork> {
    const nodes: LocalNode[] = []
    try {
      for (let number = 1; number <= count; number++) {
        const port = basePort === 0 ? 0 : basePort + (number - 1) * PORT_STEP
        const node = await LocalNode.start(
          {
            number,
            folder: nodeFolderOf(folder, number),
            network,
            port,
            rpcPort: port === 0 ? 0 : port + RPC_STEP,
            mine: number === 1 ? 'solo' : 'share',
            connect: [...new Set([nodes[0], nodes.at(-1)])].flatMap((other) => other?.port ?? []),
          },
          signal,
        )
        nodes.push(node)
        started(node)
      }
      return new LocalNetwork(nodes)
    } catch (error) {
      await Promise.all(nodes.map((node) => node.stop()))
      throw error
    }
  }

  /** Whether all nodes that answer have the same newest block, and one at least does. */
  get isOfOneMind(): boolean {
    const states = this.nodes.flatMap(({ state }) => state ?? [])
    return states.length > 0 && new Set(states.map(({ tip }) => tip?.id)).size === 1
  }

  /** Looks at all nodes again and again until the signal. @param seen told after each look */
  async watch(signal: AbortSignal, seen: () => void): Promise<void> {
    while (!signal.aborted) {
      await Promise.all(this.nodes.map((node) => node.look()))
      if (signal.aborted) return
      seen()
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()))
  }
}
