import { resolve } from 'node:path'
import {
  type AutomineMode,
  announceNode,
  FullNode,
  type FullNodeOptions,
  formatAddress,
  loadLater,
  type NodeFolder,
  networkOptions,
  openNodeFolder,
  type P2PSettings,
  type PeerAddress,
  withdrawNode,
} from '@minipolis/node'
import { inspectFolder } from '@minipolis/server/manifest'
import { type Command, Option } from 'commander'
import type { CommandContext } from '../access/context.ts'
import { chooseNetwork } from '../network/network-choice.ts'
import { writePeerEvent } from '../network/peer-journal.ts'
import { readPeerList } from '../network/peer-list.ts'
import { SyncBar } from '../network/sync-bar.ts'
import { readTls, type Tls } from '../network/tls-files.ts'
import { CommandError } from '../terminal/command-error.ts'
import { Journal, type JournalLevel } from '../terminal/journal.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { tidyWhenQuiet } from '../tidy-when-quiet.ts'
import { type DataOption, example, type JsonOption, jsonOption, wholeNumber } from './options.ts'
import { connectOption, nodeDataOption, PORT_MAX, rpcPasswordOption } from './peer-options.ts'

const P2P_PORT_DEFAULT = 9001
const RPC_PORT_DEFAULT = 9005
const LINKS = 5
const CLIENTS = 20
const LOOP_MS = 12_000

interface Options extends DataOption, JsonOption {
  readonly network?: string
  readonly connect?: readonly PeerAddress[]
  readonly port: number
  readonly listen: boolean
  readonly bind: string
  readonly publicHost?: string
  readonly discover?: boolean
  readonly peerList?: string
  readonly mine?: AutomineMode
  readonly genesis?: true
  readonly megammr?: true
  readonly rpc: number
  readonly rpcHost: string
  readonly rpcPassword?: string
  readonly rpcCert?: string
  readonly rpcKey?: string
  readonly logLevel: JournalLevel
  readonly stopWithParent?: true
}

/** `minipolis node start`: a node without a city. */
export function addNodeStart(node: Command, context: CommandContext): void {
  const command = node
    .command('start')
    .summary('run a node without a city')
    .description(
      'Runs a Minima node without a city: chain, connections to other nodes, messaging (Maxima) and the command interface. A new node with ' +
        'peers to ask takes their chain; one without begins a chain of its own on dev, test or a network from a file.',
    )
    .addOption(nodeDataOption())
    .optionsGroup('Network:')
    .option('--network <name>', 'main, test, dev, or a file that describes a network; default of a new folder: dev')
    .addOption(connectOption())
    .option('--port <number>', 'port for other nodes; 0 for any free one', wholeNumber(0, PORT_MAX), P2P_PORT_DEFAULT)
    .option('--bind <address>', 'where to listen for other nodes', '0.0.0.0')
    .option('--no-listen', 'accept no connections, only make them')
    .option('--public-host <name>', 'where others reach this node, when that is not the address they see')
    .option('--peer-list <where>', 'nodes to find others at: a file, a URL, or HOST:PORT,HOST:PORT; implies --discover')
    .option('--discover', 'find further nodes by asking those that are known; on main the default')
    .option('--no-discover', 'connect to nobody but those given')
    .addOption(
      new Option(
        '--mine <how>',
        'solo: keep the chain going; share: as much as others; off: only what is sent',
      ).choices(['solo', 'share', 'off']),
    )
    .option('--genesis', 'begin a chain where the folder has none, also with peers to ask')
    .option('--megammr', 'keep every coin of the chain, on disk, and serve nodes that start anew')
    .optionsGroup('Commands:')
    .option(
      '--rpc <port>',
      'port of the command interface; 0 for any free one',
      wholeNumber(0, PORT_MAX),
      RPC_PORT_DEFAULT,
    )
    .option('--rpc-host <address>', 'where that listens; others than this machine need a password', '127.0.0.1')
    .addOption(rpcPasswordOption())
    .option('--rpc-cert <file>', 'certificate (PEM): the command interface then speaks TLS')
    .option('--rpc-key <file>', 'its private key (PEM)')
    .optionsGroup('Options:')
    .addOption(
      new Option('--log-level <level>', 'what the journal on standard error tells')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('warn'),
    )
    .addOption(jsonOption())
    .addOption(new Option('--stop-with-parent', 'stop when the program that started this one is gone').hideHelp())
  example(
    command,
    'minipolis node start',
    'minipolis node start --network main --connect 192.0.2.7:9001 --data /srv/node',
    'minipolis node start --network main --peer-list peers.txt --data /srv/node',
    'minipolis node start --network harbour.json --port 9101 --rpc 9105 --log-level info',
  )
  command.action((options: Options) => start(options, context))
}

async function start(options: Options, context: CommandContext): Promise<void> {
  const { terminal } = context
  const wanted = options.network === undefined ? undefined : chooseNetwork(options.network)
  if (inspectFolder(options.data)) {
    throw new CommandError('usage', `a city lives in ${options.data}, and has a node of its own`, {
      hint: 'give another folder with --data, or let the city join: minipolis start --connect HOST:PORT --p2p-port 9001',
    })
  }
  const tls = readTls(options)
  await context.startAfresh?.(loadLater)
  const folder = openNodeFolder(options.data, wanted)
  const journal = new Journal(options.logLevel, terminal.err)
  const quit = new AbortController()
  const bar = new SyncBar(terminal)
  const listed = options.peerList === undefined ? [] : await listedPeers(options.peerList, terminal)
  const node = new FullNode(nodeOptions(options, folder, listed, tls), {
    now: context.now,
    random: context.randomBytes,
    failed: (error) => journal.warn({ err: error }, 'the node reports a fault'),
    told: (event) => writePeerEvent(event, journal),
    progress: (progress) => bar.update(progress),
    quit: () => quit.abort(),
  })
  try {
    await node.start()
    announceNode(folder.path, {
      ...{ pid: process.pid, network: folder.network.name, url: node.rpcUrl!, port: node.port },
      ...(options.rpcPassword !== undefined && { password: options.rpcPassword }),
      ...(tls && { certificate: tls.cert }),
    })
    announce(node, folder, options, context)
    tidyWhenQuiet()
    await aborted(AbortSignal.any([terminal.signal, quit.signal, ...(options.stopWithParent ? [parentGone()] : [])]))
    bar.stop()
    if (!options.json) terminal.err('stopping: what was begun is being finished\n')
  } finally {
    bar.stop()
    withdrawNode(folder.path)
    await node.stop()
  }
}

/** A list from the web that cannot be had is missed and stops nothing: the node may remember peers. */
async function listedPeers(where: string, terminal: Terminal): Promise<PeerAddress[]> {
  try {
    return await readPeerList(where)
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'server') throw error
    terminal.err(`${error.message}; the node starts without it\n`)
    return []
  }
}

function nodeOptions(
  options: Options,
  { network, path, database }: NodeFolder,
  listed: readonly PeerAddress[],
  tls: Tls | undefined,
): FullNodeOptions {
  const connect = [...network.connect, ...(options.connect ?? [])]
  const { mine, genesis, listen, port, bind, publicHost, rpcHost, rpcPassword } = options
  const suggested = [...network.seeds, ...listed]
  const discovers = options.discover ?? (network.name === 'main' || suggested.length > 0)
  const p2p: P2PSettings = {
    acceptsLinks: listen,
    links: LINKS,
    clients: CLIENTS,
    allowInternal: network.base !== 'main',
    seeds: connect,
    suggested,
    loopMs: LOOP_MS,
    ...(publicHost !== undefined && { host: publicHost }),
  }
  return {
    ...networkOptions(network),
    folder: path,
    file: database,
    // A network of one's own has to begin somewhere: where nobody is named who could have begun it.
    ...(network.name !== network.base &&
      connect.length + suggested.length === 0 && { genesis: true, automine: 'solo' as const }),
    ...(genesis && { genesis }),
    ...(options.megammr && { megaMMR: true }),
    ...(mine !== undefined && { automine: mine }),
    peers: {
      connect,
      bind,
      ...(listen && { port }),
      ...(publicHost !== undefined && { host: publicHost }),
      ...(discovers && { p2p }),
    },
    rpc: {
      ...{ port: options.rpc, host: rpcHost },
      ...(rpcPassword !== undefined && { password: rpcPassword }),
      ...(tls && { tls }),
    },
  }
}

function announce(node: FullNode, { network, path }: NodeFolder, options: Options, context: CommandContext): void {
  const { terminal } = context
  const { port } = node
  const address = port === 0 ? undefined : formatAddress({ host: options.bind, port })
  if (options.json) {
    const maxima = node.maxima?.ownService()
    const rpc = node.rpcUrl
    terminal.out(
      `${JSON.stringify({ network: network.name, ...(address && { peers: address }), rpc, maxima, data: path })}\n`,
    )
    return
  }
  terminal.out(
    `the node runs; stop it with Ctrl+C\n${facts([
      ['network', network.name],
      ['peers', address === undefined ? 'accepted from nowhere' : `accepted at ${address}`],
      ['RPC', node.rpcUrl ?? 'none'],
      ['Maxima', 'minipolis node rpc maxima tells the address'],
      ['data', resolve(path)],
    ])}`,
  )
  const waits = network.name === 'main' || node.node.tip() === undefined
  if (waits && node.node.peers?.hasAnybodyToCall === false) terminal.err(adviceForTheLonely(network.name))
}

const adviceForTheLonely = (network: string): string =>
  `nobody is known on ${network} to take the chain from; nodes find each other only when one is named. Start again with one of\n` +
  '  --connect HOST:PORT             a node to stay connected with\n' +
  '  --peer-list FILE|URL|LIST       addresses to try, as whoever runs a node publishes them\n' +
  'or name nodes to this one: minipolis node rpc peers action:addpeers peerslist:HOST:PORT,HOST:PORT\n'

/** Aborted when the program that started this one over a channel is gone, however it went: nobody would stop the node else. */
function parentGone(): AbortSignal {
  const gone = new AbortController()
  process.once('disconnect', () => gone.abort())
  // Listening must not keep the process alive when the node has stopped.
  process.channel?.unref()
  return gone.signal
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
