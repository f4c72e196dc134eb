import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RandomBytes } from '@minipolis/minima'
import { CommandRunner, coreNode, networkPeers, OWNER, Registry, RpcState } from '../../packages/node/src/rpc/index.ts'
import { PeerNode, type PeerNodeOptions } from '../../packages/node/test/peer-node.ts'
import { type ChainNode, type JsonObject, responseOf } from './chain-node.ts'

/** A node of ours that is driven by commands, as one of the reference is; blocks come when they are asked for. */
export class CommandedNode implements ChainNode {
  readonly kind = 'ours'
  readonly peer: PeerNode
  /** What failed and nobody waited for. */
  readonly faults: unknown[] = []
  readonly #folder: string
  readonly #state: RpcState
  readonly #runner: CommandRunner

  private constructor(peer: PeerNode, folder: string, now: () => number, random: RandomBytes) {
    this.peer = peer
    this.#folder = folder
    const { network } = peer.peers
    const node = coreNode(peer.core, {
      folder,
      now,
      random,
      rpcPort: 0,
      peers: networkPeers({
        network,
        version: peer.core.chain.parameters.version,
        now: Date.now,
        discovers: false,
      }),
      watch: () => () => undefined,
      watchUnits: () => () => undefined,
      failed: (error) => this.faults.push(error),
      quit: () => undefined,
    })
    this.#state = new RpcState(node, { failed: (error) => this.faults.push(error) })
    this.#runner = new CommandRunner({ node, state: this.#state, commands: new Registry() })
  }

  static async start(options: PeerNodeOptions & { readonly random: RandomBytes }): Promise<CommandedNode> {
    const folder = await mkdtemp(join(tmpdir(), 'commanded-'))
    const peer = await new PeerNode(options).start()
    await peer.core.wallet.keys.makeDefaults(new AbortController().signal)
    return new CommandedNode(peer, folder, options.blockTime ?? Date.now, options.random)
  }

  async reply(line: string): Promise<JsonObject> {
    return JSON.parse(await this.#runner.runLine(line, OWNER)) as JsonObject
  }

  async ask<T>(line: string): Promise<T> {
    return responseOf<T>(line, await this.reply(line))
  }

  async mine(): Promise<void> {
    await this.peer.mine()
  }

  async stop(): Promise<void> {
    this.#state.stop()
    await this.peer.stop()
    await this.#state.settled()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
