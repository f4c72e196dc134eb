import { X509Certificate } from 'node:crypto'
import { formatJavaDate, jsonObject, jsonString, type RandomBytes } from '@minipolis/minima'
import type { MinimaNode } from '../node/node.ts'
import { OWNER } from './caller.ts'
import { createRpcCommand } from './commands/rpc.ts'
import { coreNode } from './core-node.ts'
import { RpcServer, type RpcServerOptions } from './http/rpc-server.ts'
import { Users } from './http/users.ts'
import type { Peers } from './peers.ts'
import { type CommandLoaders, loadersOf, Registry } from './registry.ts'
import { type Messaging, RpcState } from './rpc-state.ts'
import { CommandRunner } from './run-line.ts'
import { NodeEvents } from './webhooks/node-events.ts'
import type { HookEvent } from './webhooks/webhooks.ts'

export interface RpcServiceOptions extends RpcServerOptions {
  /** Where files are that commands name. */
  readonly folder: string
  /** Demanded of the user `minima`; without one only this machine may call. */
  readonly password?: string
}

export interface RpcServiceParts {
  readonly now: () => number
  readonly random: RandomBytes
  readonly peers?: Peers
  readonly messaging?: Messaging
  /** Commands of other parts; they replace built-in ones of the same name. */
  readonly commands?: CommandLoaders
  readonly failed?: (error: unknown) => void
  /** Events of other parts for webhooks: tells each to the listener. @returns stops that */
  readonly hookEvents?: (listener: (event: HookEvent) => void) => () => void
  /** What `quit` does. */
  readonly quit?: () => void
}

/** The command interface of a running node: start it after the node, stop it before. */
export class RpcService {
  readonly #server: RpcServer
  readonly #runner: CommandRunner
  readonly #state: RpcState
  readonly #events: NodeEvents
  readonly #unwatch: (() => void) | undefined
  readonly #now: () => number

  /** @throws NodeError `not-running` */
  constructor(node: MinimaNode, options: RpcServiceOptions, parts: RpcServiceParts) {
    const failed = parts.failed ?? (() => undefined)
    const core = node.parts()
    const rpcNode = coreNode(core, {
      folder: options.folder,
      now: parts.now,
      random: parts.random,
      rpcPort: () => this.port ?? options.port,
      watch: (listener) => node.watch(listener),
      watchUnits: (listener) => node.watchUnits(listener),
      failed: (error) => {
        failed(error)
        this.#log(error)
      },
      quit: parts.quit ?? (() => undefined),
      ...(parts.peers === undefined ? {} : { peers: parts.peers }),
    })
    // What becomes of deliveries is no event: it would be one more delivery.
    this.#state = new RpcState(rpcNode, { failed })
    this.#state.messaging = parts.messaging
    const users = new Users(core.store.settings, options.password)
    const rpc = createRpcCommand({ users, isTls: options.tls !== undefined, tlsPublicKey: tlsPublicKey(options) })
    const commands = new Registry({ ...loadersOf([rpc]), ...parts.commands })
    this.#runner = new CommandRunner({ node: rpcNode, state: this.#state, commands })
    this.#events = new NodeEvents(rpcNode, this.#state)
    this.#unwatch = parts.hookEvents?.((event) => this.#state.webhooks.post(event))
    this.#now = parts.now
    this.#server = new RpcServer(options, { runner: this.#runner, users, failed })
  }

  /** The port listened on; undefined while stopped. */
  get port(): number | undefined {
    return this.#server.port
  }

  /** @throws RpcError `refused`, `unavailable` */
  async start(): Promise<void> {
    await this.#server.start()
  }

  /** Runs a line as the owner of the node, without HTTP. */
  async run(line: string): Promise<string> {
    return this.#runner.runLine(line, OWNER)
  }

  /** Faults are what this node's log tells; hooks without a filter get them as those of the reference get its log. */
  #log(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    this.#state.webhooks.post(logEvent(`Minipolis @ ${formatJavaDate(BigInt(this.#now()))} : ${message}`))
  }

  async stop(): Promise<void> {
    this.#events.stop()
    this.#unwatch?.()
    this.#state.stop()
    await this.#server.stop()
    await this.#state.settled()
  }
}

const logEvent = (message: string): HookEvent => ({
  name: 'MINIMALOG',
  data: jsonObject([['message', jsonString(message)]]),
})

const tlsPublicKey = ({ tls }: RpcServiceOptions): Uint8Array =>
  tls === undefined ? new Uint8Array() : new X509Certificate(tls.cert).publicKey.export({ type: 'spki', format: 'der' })
