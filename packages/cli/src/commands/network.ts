import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { CommandContext } from '../access/context.ts'
import { describeNetwork, LiveView, nodeLine } from '../network/live-view.ts'
import { LocalNetwork, nodeFolderOf } from '../network/local-network.ts'
import { chooseNetwork } from '../network/network-choice.ts'
import { CommandError } from '../terminal/command-error.ts'
import { facts } from '../terminal/table.ts'
import { example, type JsonOption, jsonOption, wholeNumber } from './options.ts'

const NODES_MAX = 32
const NODES_DEFAULT = 3
const PORT_DEFAULT = 9101
const BASE_PORT_MAX = 65_000
const FOLDER_DEFAULT = './.minipolis-network'

interface Options extends JsonOption {
  readonly nodes: number
  readonly data: string
  readonly network: string
  readonly basePort: number
}

/** `minipolis network`: many nodes on one machine, for development. */
export function addNetwork(program: Command, context: CommandContext): void {
  const command = program
    .command('network')
    .description('A local network of many nodes, for development.')
    .command('up')
    .summary('run a local network of many nodes')
    .description(
      'Runs several nodes on this machine, each in a process of its own and connected to others, and shows where each of them stands. ' +
        'Nobody but this machine reaches them. The first keeps the chain going; the folder can be started again later.',
    )
    .option('-n, --nodes <number>', 'how many nodes', wholeNumber(1, NODES_MAX), NODES_DEFAULT)
    .option('-d, --data <dir>', 'folder with a folder for each node', FOLDER_DEFAULT)
    .option('--network <name>', 'dev, test, or a file that describes a network', 'dev')
    .option(
      '--base-port <number>',
      'port of the first node, its commands four above, the next node ten above; 0 for any free ones',
      wholeNumber(0, BASE_PORT_MAX),
      PORT_DEFAULT,
    )
    .addOption(jsonOption())
  example(command, 'minipolis network up --nodes 5', 'minipolis node rpc --data .minipolis-network/node-2 balance')
  command.action((options: Options) => up(options, context))
}

async function up({ nodes, data, network: choice, basePort, json }: Options, context: CommandContext): Promise<void> {
  const { terminal } = context
  // Each node reads it again; said here once, what is wrong is said once.
  if (chooseNetwork(choice).name === 'main') {
    throw new CommandError('usage', 'main is one network for the whole world, not one for this machine', {
      hint: 'leave --network away, or join: minipolis node start --network main --connect HOST:PORT',
    })
  }
  const network = await LocalNetwork.start(
    { nodes, folder: data, network: choice, basePort },
    terminal.signal,
    ({ number, url, port, folder }) => {
      if (json) terminal.out(`${JSON.stringify({ node: number, started: true, url, port, data: folder })}\n`)
      else terminal.err(`node ${number} of ${nodes} runs\n`)
    },
  )
  try {
    if (!json) {
      terminal.out(
        `the network runs; stop it with Ctrl+C\n${facts([
          ['network', choice],
          ['data', `${resolve(data)}, a folder for each node`],
          ['ask a node', `minipolis node rpc --data ${nodeFolderOf(data, 1)} status`],
        ])}`,
      )
    }
    await network.watch(terminal.signal, createView(network, context, json === true))
    if (!json) terminal.err('stopping all nodes\n')
  } finally {
    await network.stop()
  }
}

/** What each look is shown by: for programs what changed, for a person all of it, elsewhere the first time only. */
function createView(network: LocalNetwork, { terminal }: CommandContext, json: boolean): () => void {
  if (json) {
    const last = new Map<number, string>()
    return () => {
      for (const node of network.nodes) {
        const line = nodeLine(node)
        if (last.get(node.number) !== line) terminal.out(`${line}\n`)
        last.set(node.number, line)
      }
    }
  }
  const view = new LiveView(terminal)
  let isFirst = true
  return () => {
    if (terminal.watched) view.draw(network)
    else if (isFirst) terminal.err(describeNetwork(network))
    isFirst = false
  }
}
