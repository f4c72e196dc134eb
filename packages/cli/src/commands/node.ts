import type { Command } from 'commander'
import type { CommandContext } from './context.ts'
import { addNodePeers } from './node-peers.ts'
import { addNodeRpc } from './node-rpc.ts'
import { addNodeStart } from './node-start.ts'
import { addNodeStatus } from './node-status.ts'

/** `minipolis node`: a Minima node, a city's or one alone. */
export function addNode(program: Command, context: CommandContext): void {
  const node = program.command('node').description("A Minima node: a city's own, or one without a city.")
  for (const add of [addNodeStart, addNodeStatus, addNodePeers, addNodeRpc]) add(node, context)
}
