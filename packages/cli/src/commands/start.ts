import { resolve } from 'node:path'
import { pageFiles } from '@minipolis/dashboard'
import type { PeerAddress } from '@minipolis/node'
import type { MqttDoorOptions, Server } from '@minipolis/server'
import { findServer } from '@minipolis/server/folder'
import { HOST_DEFAULT, HTTP_PORT_DEFAULT, MQTT_PORT_DEFAULT } from '@minipolis/server/ports'
import { type Command, Option } from 'commander'
import { pino } from 'pino'
import type { CommandContext } from '../access/context.ts'
import { readCertificates } from '../network/tls-files.ts'
import type { Demo } from '../simulator/demo.ts'
import { CommandError } from '../terminal/command-error.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { tidyWhenQuiet } from '../tidy-when-quiet.ts'
import { type DataOption, dataOption, example, type JsonOption, jsonOption, wholeNumber } from './options.ts'
import { connectOption, PORT_MAX, rpcPasswordOption } from './peer-options.ts'

interface Options extends DataOption, JsonOption {
  readonly network?: 'main' | 'test' | 'dev'
  readonly origin?: string
  readonly host: string
  readonly port: number
  readonly mqttPort: number
  readonly mqttBroker?: string
  readonly mqttCa?: string
  readonly database?: string
  readonly connect?: readonly PeerAddress[]
  readonly p2pPort?: number
  readonly rpcPort?: number
  readonly rpcPassword?: string
  readonly demo: boolean
  readonly page: boolean
  readonly logLevel: string
}

/** Adds `minipolis start`: a city with its doors open. */
export const addStart =
  (version: string) =>
  (program: Command, context: CommandContext): void => {
    const command = program
      .command('start')
      .summary('run a city: node, doors and page')
      .description(
        'Runs a city: a Minima node of its own, the HTTP API with its page, an MQTT broker, and, on the dev network, a small simulated city that ' +
          'feeds it through the same doors as real devices. Listens on this machine only unless told otherwise.',
      )
      .addOption(dataOption())
      .optionsGroup('City:')
      .addOption(
        new Option('--network <name>', 'Minima network of a new city; default dev').choices(['main', 'test', 'dev']),
      )
      .option('--origin <name>', "name of a new city's log, for example city.example/readings")
      .addOption(
        new Option('--database <url>', 'PostgreSQL for the rows; default: in the data folder').env('DATABASE_URL'),
      )
      .option('--no-demo', 'start without the simulated city')
      .optionsGroup('Node:')
      .addOption(connectOption())
      .option('--p2p-port <number>', 'accept other nodes at this port; 0 for any free one', wholeNumber(0, PORT_MAX))
      .option(
        '--rpc-port <number>',
        "command interface of the city's node, on this machine only; 0 for any free one",
        wholeNumber(0, PORT_MAX),
      )
      .addOption(rpcPasswordOption())
      .optionsGroup('Doors:')
      .option('--host <address>', 'where to listen; 0.0.0.0 for all networks', HOST_DEFAULT)
      .option(
        '--port <number>',
        'port of API and page; the next free one when it is taken',
        wholeNumber(0, PORT_MAX),
        HTTP_PORT_DEFAULT,
      )
      .option('--mqtt-port <number>', 'port of the MQTT broker, likewise', wholeNumber(0, PORT_MAX), MQTT_PORT_DEFAULT)
      .addOption(new Option('--mqtt-broker <url>', 'be a client of this MQTT 5 broker instead').env('MQTT_URL'))
      .option('--mqtt-ca <file>', 'PEM file of who signed its certificate, when the system does not trust it')
      .option('--no-page', 'serve the API only')
      .optionsGroup('Options:')
      .addOption(
        new Option('--log-level <level>', 'what the journal on standard error tells')
          .choices(['silent', 'error', 'warn', 'info', 'debug'])
          .default('warn'),
      )
      .addOption(jsonOption())
    example(command, 'minipolis start', 'minipolis start --no-demo --data /srv/city --host 0.0.0.0')
    command.action((options: Options) => start(options, version, context))
  }

async function start(options: Options, version: string, context: CommandContext): Promise<void> {
  const { terminal } = context
  const running = findServer(options.data)
  if (running) {
    throw new CommandError('server', `a server runs on ${options.data} already: ${running.url}`, {
      hint: 'give another folder with --data, or stop that one first',
    })
  }
  const pageFolder = options.page ? await pageFolderOf(terminal) : undefined
  const [{ startServer }, { loadLater }] = await Promise.all([import('@minipolis/server'), import('@minipolis/node')])
  await context.startAfresh?.(() => Promise.all([loadLater(), import('../simulator/demo.ts')]))
  const server = await startServer(
    {
      folder: options.data,
      version,
      host: options.host,
      httpPort: options.port,
      mqtt: mqttDoorOf(options),
      ...(options.network !== undefined && { network: options.network }),
      ...(options.origin !== undefined && { origin: options.origin }),
      ...(options.database !== undefined && { databaseUrl: options.database }),
      ...(options.connect !== undefined && { connect: options.connect }),
      ...(options.p2pPort !== undefined && { p2pPort: options.p2pPort }),
      ...(options.rpcPort !== undefined && { rpcPort: options.rpcPort }),
      ...(options.rpcPassword !== undefined && { rpcPassword: options.rpcPassword }),
      ...(pageFolder !== undefined && { pageFolder }),
    },
    { log: pino({ level: options.logLevel }, { write: terminal.err }), now: context.now },
  )
  let demo: Demo | undefined
  try {
    const { name: network } = await server.city.ledger.network()
    const withDemo = options.demo && network === 'dev'
    announce(server, options, network, withDemo, terminal)
    if (withDemo) {
      const { startDemo } = await import('../simulator/demo.ts')
      demo = await startDemo(server, { folder: resolve(options.data), context })
    }
    tidyWhenQuiet()
    await aborted(terminal.signal)
    terminal.err('stopping: what was accepted is being finished\n')
  } finally {
    await demo?.stop()
    await server.close()
  }
}

function mqttDoorOf({ mqttBroker, mqttCa, host, mqttPort }: Options): MqttDoorOptions {
  if (mqttBroker !== undefined)
    return { url: mqttBroker, ...(mqttCa !== undefined && { ca: readCertificates(mqttCa) }) }
  if (mqttCa === undefined) return { host, port: mqttPort }
  throw new CommandError('usage', '--mqtt-ca is of use with --mqtt-broker only')
}

async function pageFolderOf(terminal: Terminal): Promise<string | undefined> {
  try {
    return await pageFiles(() => terminal.err('making the page (once, a few seconds)\n'))
  } catch (error) {
    terminal.err(
      `minipolis: starting without the page, which cannot be made: ${error instanceof Error ? error.message : error}\n`,
    )
    return undefined
  }
}

function announce(server: Server, options: Options, network: string, demo: boolean, terminal: Terminal): void {
  const { url, mqttUrl, moved, nodeDoors } = server
  const { p2pPort, rpcUrl } = nodeDoors
  for (const door of moved) {
    const [wanted, got] = door === 'http' ? [options.port, url] : [options.mqttPort, mqttUrl]
    terminal.err(`port ${wanted} is taken: listening at ${got} instead\n`)
  }
  if (options.json) {
    const doors = { ...(p2pPort !== 0 && { p2pPort }), ...(rpcUrl && { rpcUrl }) }
    terminal.out(`${JSON.stringify({ url, mqttUrl, network, data: resolve(options.data), demo, ...doors })}\n`)
    return
  }
  const pairs: (readonly [string, string])[] = [
    [options.page ? 'page' : 'API', url],
    ['API document', `${url}/openapi.json`],
    ['MQTT', mqttUrl],
    ['data', `${resolve(options.data)} (${network} network)`],
  ]
  if (p2pPort !== 0) pairs.push(['peers', `accepted at port ${p2pPort}`])
  if (rpcUrl !== undefined) pairs.push(['RPC', rpcUrl])
  if (demo) pairs.push(['demo', 'a small simulated city reports; start without it: --no-demo'])
  terminal.out(`the city runs; stop it with Ctrl+C\n${facts(pairs)}`)
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
