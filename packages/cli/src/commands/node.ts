import { type AddCommand, type LoadCommand, loadCalled } from './load-command.ts'

const COMMANDS: Readonly<Record<string, LoadCommand>> = {
  start: async () => (await import('./node-start.ts')).addNodeStart,
  status: async () => (await import('./node-status.ts')).addNodeStatus,
  peers: async () => (await import('./node-peers.ts')).addNodePeers,
  rpc: async () => (await import('./node-rpc.ts')).addNodeRpc,
}

/** `minipolis node`: a Minima node, a city's or one alone. */
export async function loadNode(rest: readonly string[]): Promise<AddCommand> {
  const called = await loadCalled(COMMANDS, rest)
  return (program, context) => {
    const node = program.command('node').description("A Minima node: a city's own, or one without a city.")
    for (const add of called) add(node, context)
  }
}
