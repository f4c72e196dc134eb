import type { NetworkName } from '@minipolis/minima'
import {
  builtInCommand,
  type Command,
  type CommandLoaders,
  FullNode,
  loadersOf,
  MinimaNode,
  type NodeParts,
  type PeerAddress,
  RpcError,
} from '@minipolis/node'

/** How a city's node is part of a network. Without any of it the node is on its own, and nobody reaches it. */
export interface CityNetworkOptions {
  /** Nodes that are kept connected. */
  readonly connect?: readonly PeerAddress[]
  /** Port for other nodes; nobody is accepted when it is absent. 0 takes any free one. */
  readonly p2pPort?: number
  /** Port of the node's command interface on this machine; none when absent. 0 takes any free one. */
  readonly rpcPort?: number
  /** Demanded by the command interface of the user `minima`. */
  readonly rpcPassword?: string
}

/** What a city's node listens at. */
export interface CityNodeDoors {
  /** Port for other nodes; 0 when nobody is accepted. */
  readonly p2pPort: number
  /** Base URL of the command interface. */
  readonly rpcUrl: string | undefined
}

export interface CityNode {
  readonly node: MinimaNode
  /** Whether nobody else makes blocks for this node. */
  readonly isAlone: boolean
  doors(): CityNodeDoors
  start(): Promise<void>
  stop(): Promise<void>
}

interface CityNodeOptions extends CityNetworkOptions {
  readonly network: NetworkName
  readonly folder: string
  readonly file: string
}

type CityNodeParts = Pick<NodeParts, 'now' | 'random'> & { readonly failed: (error: unknown) => void }

const refused = (name: string, reason: string): Command => ({
  name,
  summary: `Not for the node of a city: ${reason}`,
  access: 'write',
  parameters: [],
  takesAnything: true,
  run() {
    throw new RpcError('refused', reason)
  },
})

/** The command with one of its actions refused. */
const withoutAction = (command: Command, action: string, reason: string): Command => ({
  ...command,
  run(context) {
    if (context.arguments.text('action', '') === action) throw new RpcError('refused', reason)
    return command.run(context)
  },
})

const ANCHORED = 'this node belongs to a city: its anchors are in the chain that it has'

/** A city stops with its node, and a restored wallet would sign again what the city has signed since. */
export const cityNodeCommands: CommandLoaders = {
  ...loadersOf([
    refused('quit', 'this node belongs to a city: stop the city'),
    refused('restore', 'this node belongs to a city: restore the whole folder of the city'),
    refused('megammrsync', ANCHORED),
  ]),
  megammr: async () => withoutAction(await builtInCommand('megammr'), 'import', ANCHORED),
}

/** Puts a city's node together: alone, or with connections, messaging and commands where they are asked for. */
export function createCityNode(options: CityNodeOptions, parts: CityNodeParts): CityNode {
  const { connect = [], p2pPort, rpcPort, rpcPassword, ...own } = options
  const joins = connect.length > 0 || p2pPort !== undefined
  if (!joins && rpcPort === undefined) {
    const node = new MinimaNode(own, parts)
    const doors = (): CityNodeDoors => ({ p2pPort: 0, rpcUrl: undefined })
    return { node, isAlone: true, doors, start: () => node.start(), stop: () => node.stop() }
  }
  const full = new FullNode(
    {
      ...own,
      // Where others make blocks too, this node does its share.
      ...(connect.length > 0 && { automine: 'share' as const }),
      ...(joins && { peers: { connect, ...(p2pPort !== undefined && { port: p2pPort }) } }),
      ...(rpcPort !== undefined && {
        rpc: { port: rpcPort, ...(rpcPassword !== undefined && { password: rpcPassword }) },
      }),
    },
    { ...parts, commands: cityNodeCommands },
  )
  return {
    node: full.node,
    isAlone: connect.length === 0,
    doors: () => ({ p2pPort: full.port, rpcUrl: full.rpcUrl }),
    start: () => full.start(),
    stop: () => full.stop(),
  }
}
