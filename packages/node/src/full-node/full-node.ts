import {
  createMaximaStore,
  Maxima,
  maximaCommands,
  maximaHookEvent,
  maximaPartsOf,
  messagingOf,
} from '../maxima/index.ts'
import type { NodeCore } from '../node/core.ts'
import { MinimaNode } from '../node/node.ts'
import type { NodeOptions, NodeParts } from '../node/options.ts'
import { type CommandLoaders, networkPeers, RpcService } from '../rpc/index.ts'
import { EVERYWHERE, ownHost } from './own-host.ts'

/** Blocks below the tip of the block that contacts compare. Source: spec 07 */
const CHECK_DEPTH = 50
const CHECK_DEPTH_TEST = 16

export interface CommandDoor {
  /** 127.0.0.1 when absent; any other needs a password. */
  readonly host?: string
  /** 0 takes any free port. */
  readonly port: number
  /** Demanded of the user `minima`. */
  readonly password?: string
  /** PEM texts; plain HTTP when absent. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

export interface FullNodeOptions extends NodeOptions {
  /** Where files are that commands name. */
  readonly folder: string
  /** The command interface over HTTP; none when absent, commands then run with `run` only. */
  readonly rpc?: CommandDoor
}

export interface FullNodeParts extends Omit<NodeParts, 'messaging'> {
  readonly failed: (error: unknown) => void
  /** Commands that replace built-in ones of the same name. */
  readonly commands?: CommandLoaders
  /** What the command `quit` does; the node stops itself by default. */
  readonly quit?: () => void
}

/** A node with all that others see of it: connections, messaging, and the command interface. */
export class FullNode {
  readonly node: MinimaNode
  readonly #options: FullNodeOptions
  readonly #parts: FullNodeParts
  #maxima: Maxima | undefined
  #rpc: RpcService | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(options: FullNodeOptions, parts: FullNodeParts) {
    this.#options = options
    this.#parts = parts
    this.node = new MinimaNode(options, {
      ...parts,
      messaging: async (core) => (await this.#startMessaging(core)).links,
    })
  }

  /** Messaging of the running node; undefined while it is stopped. */
  get maxima(): Maxima | undefined {
    return this.#maxima
  }

  /** Port that peers reach this node at; 0 when nobody is accepted. */
  get port(): number {
    return this.node.peers?.port ?? 0
  }

  /** Base URL of the command interface; undefined when there is none. */
  get rpcUrl(): string | undefined {
    const { rpc } = this.#options
    const port = this.#rpc?.port
    if (rpc === undefined || port === undefined) return undefined
    const host = rpc.host === undefined || EVERYWHERE.has(rpc.host) ? '127.0.0.1' : rpc.host
    return `${rpc.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`
  }

  /**
   * Starts what is not started: a running node stays as it is.
   *
   * @throws as `MinimaNode.start`; RpcError `refused`, `unavailable`
   */
  async start(): Promise<void> {
    await this.#stopping
    this.#starting ??= this.#start()
    await this.#starting
  }

  /** Finishes the commands under way, then lets go of connections and store. A stopped node stays as it is. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined)
    if (this.#starting === undefined) return this.#stopping
    this.#starting = undefined
    this.#stopping = this.#stop()
    await this.#stopping
  }

  /** Runs a command line as the owner of the node. @returns the reply, JSON. @throws NodeError `not-running` */
  async run(line: string): Promise<string> {
    if (this.#rpc === undefined) this.node.parts()
    return this.#rpc!.run(line)
  }

  async #start(): Promise<void> {
    try {
      await this.node.start()
      this.#rpc = this.#createCommands(this.#maxima!)
      if (this.#options.rpc !== undefined) await this.#rpc.start()
    } catch (error) {
      this.#starting = undefined
      await this.#stop()
      throw error
    }
  }

  async #stop(): Promise<void> {
    const rpc = this.#rpc
    this.#rpc = undefined
    await rpc?.stop()
    this.#maxima?.stop()
    this.#maxima = undefined
    await this.node.stop()
  }

  async #startMessaging(core: NodeCore): Promise<Maxima> {
    const { now, random, failed } = this.#parts
    const { network, peers } = this.#options
    const localAddress = () => ({ host: ownHost(peers), port: this.port })
    // What was set by hand counts more than what peers see, and that more than what the machine says.
    const publicAddress = () => ({
      host: peers?.host ?? this.node.peers?.ownHost ?? ownHost(peers),
      port: this.port,
    })
    this.#maxima = new Maxima(
      {
        localAddress,
        publicAddress,
        allowInternal: network !== 'main',
        checkDepth: network === 'main' ? CHECK_DEPTH : CHECK_DEPTH_TEST,
      },
      { ...maximaPartsOf(core), store: createMaximaStore(core.store.database), now, random, failed },
    )
    await this.#maxima.start()
    return this.#maxima
  }

  #createCommands(maxima: Maxima): RpcService {
    const { now, random, failed } = this.#parts
    const { folder, peers, rpc = { port: 0 } } = this.#options
    const network = this.node.peers
    return new RpcService(
      this.node,
      { ...rpc, folder },
      {
        now,
        random,
        failed,
        messaging: messagingOf(maxima),
        commands: {
          ...maximaCommands(maxima, maximaPartsOf(this.node.parts()).chain),
          ...this.#parts.commands,
        },
        hookEvents: (tell) =>
          maxima.watch((event) => {
            const told = maximaHookEvent(event)
            if (told !== undefined) tell(told)
          }),
        quit: this.#parts.quit ?? (() => void this.stop().catch(failed)),
        ...(network && {
          peers: networkPeers({
            network,
            version: this.node.parameters.version,
            now,
            discovers: peers?.p2p !== undefined,
            ...(peers?.host === undefined ? {} : { host: peers.host }),
          }),
        }),
      },
    )
  }
}
