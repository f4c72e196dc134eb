import { resolve } from 'node:path'
import {
  FullNode,
  findNode,
  inspectNodeFolder,
  type NetworkDefinition,
  networkOptions,
  openNodeFolder,
  readNetwork,
} from '@minipolis/node'
import { cityNodeCommands } from '@minipolis/server/city-node'
import { findServer, inspectFolder } from '@minipolis/server/folder'
import type { CommandContext } from '../access/context.ts'
import { CommandError } from '../terminal/command-error.ts'
import { callNode } from './call-node.ts'

/** A node that commands reach: one that runs, or one that is opened for a single call. */
export interface NodeAccess {
  readonly network: string
  /** Of the command interface of a running node. */
  readonly url?: string
  /** Port that peers reach a running node at; 0 when nobody is accepted. */
  readonly port?: number
  /** Runs a command line as the owner. @returns the reply, JSON */
  run(line: string): Promise<string>
  close(): Promise<void>
}

/**
 * Finds the node of a folder: through its command interface while it runs, else by opening the folder, without connections and
 * without mining blocks.
 *
 * @throws CommandError `not-found`, `server`; FullNodeError, NodeError
 */
export async function openNode(folder: string, context: CommandContext): Promise<NodeAccess> {
  const running = findNode(folder)
  if (running !== undefined) {
    const password = context.terminal.env.MINIPOLIS_RPC_PASSWORD ?? running.password
    const { url, network, port } = running
    const door = { ...running, ...(password !== undefined && { password }) }
    const run = (line: string): Promise<string> => callNode(door, line)
    return { network, url, port, run, close: async () => {} }
  }
  const city = inspectFolder(folder)
  if (city !== undefined) {
    if (findServer(folder)) {
      throw new CommandError('server', `the city in ${folder} runs without a command interface for its node`, {
        hint: 'stop it and start it with one: minipolis start --rpc-port 9005',
      })
    }
    const place = resolve(folder)
    return openHere(readNetwork(city.network, place), place, resolve(place, 'node.sqlite'), context, true)
  }
  if (inspectNodeFolder(folder) === undefined) {
    throw new CommandError('not-found', `there is no node in ${folder}`, {
      hint: 'say where it is with --data DIR, or make one: minipolis node start',
    })
  }
  const { network, path, database } = openNodeFolder(folder, undefined)
  return openHere(network, path, database, context, false)
}

async function openHere(
  network: NetworkDefinition,
  folder: string,
  file: string,
  { now, randomBytes, terminal }: CommandContext,
  ofCity: boolean,
): Promise<NodeAccess> {
  const node = new FullNode(
    { ...networkOptions(network), folder, file, genesis: false, automine: 'off' },
    {
      now,
      random: randomBytes,
      failed: (error) => terminal.err(`minipolis: ${error instanceof Error ? error.message : String(error)}\n`),
      ...(ofCity && { commands: cityNodeCommands }),
    },
  )
  await node.start()
  return { network: network.name, run: (line) => node.run(line), close: () => node.stop() }
}
