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
    const { number, folder, network, port, rpcPort, mine, connect } = options
    const child = spawn(
      process.execPath,
      [
        ...[
          MAIN,
          'node',
          'start',
          '--stop-with-parent',
          '--json',
          '--log-level',
          'error',
          '--bind',
          '127.0.0.1',
          '--mine',
          mine,
        ],
        ...['--data', folder, '--network', network, '--port', String(port), '--rpc', String(rpcPort)],
        ...(connect.length === 0 ? ['--genesis'] : []),
        ...connect.flatMap((to) => ['--connect', `127.0.0.1:${to}`]),
      ],
      // A group of its own, so that Ctrl+C reaches this program only; the channel ends the node when this program is killed.
      { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
    )
    let words = ''
    child.stderr!.on('data', (piece: Buffer) => {
      words = (words + piece.toString()).slice(-WORDS_MAX)
    })
    try {
      const lines = createInterface({ input: child.stdout! })
      const ended = once(child, 'exit').then(() => undefined)
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(START_MS)])
      const line = await Promise.race([once(lines, 'line', { signal: timeout }), ended])
      const { peers, rpc } = asObject(line === undefined ? undefined : JSON.parse(String(line[0])))
      if (typeof peers === 'string' && typeof rpc === 'string') {
        return new LocalNode(child, options, rpc, Number(peers.slice(peers.lastIndexOf(':') + 1)))
      }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'AbortError') throw error
    }
    await end(child)
    if (signal.aborted) throw new CommandError('interrupted', 'the network was stopped while it started')
    throw new CommandError('server', `node ${number} does not start: ${words.trim() || 'it says nothing'}`)
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

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await exited
  clearTimeout(timer)
}
