import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CommandError } from '../terminal/command-error.ts'
import { callNode } from './call-node.ts'
import { type NodeState, readNodeState } from './node-state.ts'
import { asObject } from './reply.ts'

/** Milliseconds that a node has to start, to answer, and to stop before it is killed. */
const START_MS = 120_000
const ANSWER_MS = 5_000
const STOP_MS = 15_000
/** Characters of a node's last words that are kept. */
const WORDS_MAX = 2_000

const MAIN = join(import.meta.dirname, '../main.ts')

export interface LocalNodeOptions {
  /** From 1 up. */
  readonly number: number
  readonly folder: string
  readonly network: string
  /** 0 for any free one, as below. */
  readonly port: number
  readonly rpcPort: number
  readonly mine: 'solo' | 'share'
  /** Ports of the nodes to connect to. */
  readonly connect: readonly number[]
}

/** A node of a local network, in a process of its own, on this machine only. */
export class LocalNode {
  readonly number: number
  readonly folder: string
  readonly url: string
  readonly port: number
  readonly #child: ChildProcess
  #state: NodeState | undefined
  #exit: string | undefined

  private constructor(child: ChildProcess, { number, folder }: LocalNodeOptions, url: string, port: number) {
    this.#child = child
    this.number = number
    this.folder = folder
    this.url = url
    this.port = port
    child.once('exit', (code, signal) => {
      this.#exit = `ended (${signal ?? code})`
    })
  }

  /** Starts the process and waits until it listens. @throws CommandError `server`, `interrupted` */
  static async start(options: LocalNodeOptions, signal: AbortSignal): Promise<LocalNode> {
    // A group of its own, so that Ctrl+C reaches this program only; the channel ends the node when this program is killed.
    const child = spawn(process.execPath, [...process.execArgv, ...argumentsOf(options)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    })
    let words = ''
    child.stderr!.on('data', (piece: Buffer) => {
      words = (words + piece.toString()).slice(-WORDS_MAX)
    })
    try {
      const { url, port } = await listens(child, AbortSignal.any([signal, AbortSignal.timeout(START_MS)]))
      return new LocalNode(child, options, url, port)
    } catch (cause) {
      await end(child)
      if (signal.aborted) throw new CommandError('interrupted', 'the network was stopped while it started')
      const why = words.trim() || 'it says nothing'
      throw new CommandError('server', `node ${options.number} does not start: ${why}`, {}, { cause })
    }
  }

  /** What the last look showed; undefined before the first, and when the node does not answer. */
  get state(): NodeState | undefined {
    return this.#state
  }

  /** How the process ended, when it did. */
  get exit(): string | undefined {
    return this.#exit
  }

  /** Asks the node how it is. */
  async look(): Promise<void> {
    try {
      this.#state =
        this.#exit === undefined ? await readNodeState((line) => callNode(this, line, ANSWER_MS)) : undefined
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      this.#state = undefined
    }
  }

  /** Asks the process to end, and makes it when it does not. */
  async stop(): Promise<void> {
    await end(this.#child)
  }
}

function argumentsOf({ folder, network, port, rpcPort, mine, connect }: LocalNodeOptions): string[] {
  return [
    ...[MAIN, 'node', 'start', '--stop-with-parent', '--json', '--log-level', 'error', '--bind', '127.0.0.1'],
    ...['--data', folder, '--network', network, '--port', String(port), '--rpc', String(rpcPort), '--mine', mine],
    ...(connect.length === 0 ? ['--genesis'] : []),
    ...connect.flatMap((to) => ['--connect', `127.0.0.1:${to}`]),
  ]
}

/** Waits for the line by which a node says where it listens. Rejects when it ends before, says something else, or by the signal. */
async function listens(
  child: ChildProcess,
  signal: AbortSignal,
): Promise<{ readonly url: string; readonly port: number }> {
  const ended = once(child, 'exit').then(() => {
    throw new CommandError('server', 'the node ended before it listened')
  })
  const [line] = await Promise.race([once(createInterface({ input: child.stdout! }), 'line', { signal }), ended])
  const { peers, rpc } = asObject(JSON.parse(String(line)))
  if (typeof peers !== 'string' || typeof rpc !== 'string')
    throw new CommandError('server', 'the node does not say where it listens')
  return { url: rpc, port: Number(peers.slice(peers.lastIndexOf(':') + 1)) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await exited
  clearTimeout(timer)
}
