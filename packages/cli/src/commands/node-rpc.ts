import type { Command } from 'commander'
import type { CommandContext } from '../access/context.ts'
import { indentJson } from '../network/indent-json.ts'
import { openNode } from '../network/node-access.ts'
import { failureOf } from '../network/reply.ts'
import { CommandError } from '../terminal/command-error.ts'
import { type DataOption, example, type JsonOption } from './options.ts'
import { nodeDataOption } from './peer-options.ts'

/** `minipolis node rpc`: one command line for the node. */
export function addNodeRpc(node: Command, context: CommandContext): void {
  const command = node
    .command('rpc')
    .summary('run a command on the node')
    .description(
      "Runs a command of Minima's command line on the node and prints the reply as JSON. A node that runs is asked over its command " +
        'interface; else the folder is opened, without connections. The command help lists what there is.',
    )
    .argument('<command...>', 'the command and its parameters, for example: send address:Mx… amount:1')
    .addOption(nodeDataOption())
    .option('--json', 'print the reply on one line')
  example(
    command,
    'minipolis node rpc status',
    'minipolis node rpc --data /srv/node coins relevant:true',
    'minipolis node rpc "block;balance"',
  )
  command.action(async (words: string[], options: DataOption & JsonOption) => {
    const node = await openNode(options.data, context)
    let reply: string
    try {
      reply = await node.run(words.join(' '))
    } finally {
      await node.close()
    }
    context.terminal.out(`${options.json ? reply : indentJson(reply)}\n`)
    const failure = failureOf(reply)
    if (failure !== undefined) throw new CommandError('server', `the node refuses: ${failure}`)
  })
}
