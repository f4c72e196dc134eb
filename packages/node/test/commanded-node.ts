import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MinimaNode } from '../src/node/node.ts'
import { RpcService, type RpcServiceOptions, type RpcServiceParts } from '../src/rpc/rpc-service.ts'

/** Blocks that something may take to happen, and the time between them. */
const TRIES_MAX = 200
const TRY_MS = 50

export interface Reply {
  readonly status: boolean
  readonly error?: string
  readonly message?: string
  readonly response?: unknown
}

/** A node without connections and the commands over it. Blocks come when they are asked for, one block time after the other. */
export interface CommandedNode {
  readonly node: MinimaNode
  readonly service: RpcService
  /** Where the files of commands are. */
  readonly folder: string
  readonly now: () => number
  readonly random: (size: number) => Uint8Array
  mine(blocks: number): Promise<void>
  /** Mines until it is so: what was posted gets into a block when its work is done. */
  mineUntil(isSo: () => Promise<boolean>): Promise<void>
  run(line: string): Promise<Reply>
  /** Lets go of node and folder. */
  stop(): Promise<void>
}

/**
 * @param onDisk keeps the node's database in the folder
 * @param blocks that stand when it is returned
 */
export async function startCommandedNode({
  network = 'dev',
  onDisk = false,
  blocks,
  options = {},
  parts = {},
}: {
  readonly network?: 'dev' | 'test'
  readonly onDisk?: boolean
  readonly blocks: number
  readonly options?: Partial<RpcServiceOptions>
  readonly parts?: Partial<RpcServiceParts>
}): Promise<CommandedNode> {
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-commands-'))
  const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
  let nowMs = Date.UTC(2026, 0, 1)
  const now = (): number => nowMs
  const file = onDisk ? join(folder, 'node.sqlite') : ':memory:'
  const node = new MinimaNode({ network, genesis: true, file, automine: 'off' }, { now, random })
  await node.start()
  const service = new RpcService(node, { port: 0, folder, ...options }, { now, random, ...parts })
  const mine = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      nowMs += node.blockTimeMs
      await node.mineBlock()
    }
  }
  await mine(blocks)
  const mineUntil = async (isSo: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await isSo()); tries++) {
      assert(tries < TRIES_MAX, 'it never came to that')
      await mine(1)
      await delay(TRY_MS)
    }
  }
  return {
    ...{ mineUntil, node, service, folder, now, random, mine },
    run: async (line) => JSON.parse(await service.run(line)) as Reply,
    async stop() {
      await service.stop()
      await node.stop()
      await rm(folder, { recursive: true })
    },
  }
}
