import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { programArguments } from '../load/program.ts'
import { cpuMsOf } from '../load/resident.ts'
import { RpcFailure, rpcCall } from './rpc-call.ts'

export type Kind = 'ours' | 'reference'

export interface LifeOptions {
  readonly network: 'main' | 'test'
  readonly folder: string
  /** Other nodes are accepted here, commands four above. */
  readonly port: number
  /** Begin a chain and keep it going; else wait for one. */
  readonly genesis?: boolean
}

const RPC_OFFSET = 4
const START_MAX_MS = 60_000
const STOP_MAX_MS = 60_000
const POLL_MS = 25
/** Nobody listens there: a node of ours that is told of a peer waits for a chain instead of beginning one. */
const NOBODY = '127.0.0.1:9'

/** A node under measurement: one of ours or one of the reference, in a process of its own, asked over its commands. */
export class Subject {
  readonly kind: Kind
  readonly folder: string
  /** Bytes of all files in its folder when this life began. */
  readonly startBytes: number
  readonly #port: number
  readonly #child: ChildProcess
  /** The end of what it printed. */
  #said = ''
  #answers = false

  private constructor(kind: Kind, options: LifeOptions, child: ChildProcess) {
    this.kind = kind
    this.folder = options.folder
    this.startBytes = bytesIn(options.folder)
    this.#port = options.port
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#said = (this.#said + chunk.toString('utf8')).slice(-2_000)
      })
    }
  }

  /** Starts a life on a folder, which may be one of an earlier life. Commands are answered only some time later. */
  static begin(kind: Kind, options: LifeOptions): Subject {
    mkdirSync(options.folder, { recursive: true })
    return new Subject(kind, options, kind === 'ours' ? startOurs(options) : startReference(options))
  }

  /** Waits until commands are answered. */
  async ready(): Promise<this> {
    await this.until('it answers', async () => (await this.tip()) !== undefined || this.#answers, START_MAX_MS)
    return this
  }

  get pid(): number {
    return this.#child.pid!
  }

  get cpuMs(): number {
    return cpuMsOf(this.pid)
  }

  /** @throws RpcFailure */
  rpc<T = unknown>(command: string): Promise<T> {
    return rpcCall<T>(this.#port + RPC_OFFSET, command)
  }

  /** The newest block; undefined while there is none or nobody answers. */
  async tip(): Promise<{ readonly number: number; readonly hash: string } | undefined> {
    try {
      const { block, hash } = await this.rpc<{ block: string; hash: string }>('block')
      this.#answers = true
      return { number: Number(block), hash }
    } catch (error) {
      if (!(error instanceof RpcFailure)) throw error
      // Without a chain both refuse the command, and so tell that they run.
      this.#answers ||= error.cause === undefined
      return undefined
    }
  }

  /** Public keys of the wallet. */
  async keys(): Promise<readonly string[]> {
    const { keys } = await this.rpc<{ readonly keys: readonly { readonly publickey: string }[] }>('keys')
    return keys.map(({ publickey }) => publickey)
  }

  async connect(port: number): Promise<void> {
    await this.rpc(`connect host:127.0.0.1:${port}`)
  }

  /** Waits until its newest block is that of another node, wherever that one stands by then: forks move both. */
  async reach(other: { readonly tip: string }, maxMs: number): Promise<void> {
    await this.until('both have the same tip', async () => (await this.tip())?.hash === other.tip, maxMs)
  }

  /** Until it takes no more than a hundredth of a core: keys made, code compiled. */
  async settle(maxMs: number): Promise<void> {
    const endMs = performance.now() + maxMs
    for (let before = this.cpuMs; performance.now() < endMs; ) {
      await delay(2_000)
      const now = this.cpuMs
      if (now - before <= 40) return
      before = now
    }
  }

  async until(what: string, holds: () => Promise<boolean>, maxMs: number, pollMs = POLL_MS): Promise<void> {
    const endMs = performance.now() + maxMs
    while (!(await holds())) {
      if (this.#child.exitCode !== null) throw new TypeError(`${this.kind} ended: ${this.#said}`)
      if (performance.now() > endMs) throw new TypeError(`not in ${maxMs} ms: ${what}; ${this.kind} said ${this.#said}`)
      await delay(pollMs)
    }
  }

  /**
   * Ends it in order, so that everything is in its files.
   *
   * @param tidies lets the reference make them as small as they can be; without it they are as large as they happen to be
   */
  async stop({ tidies = false }: { readonly tidies?: boolean } = {}): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit', { signal: AbortSignal.timeout(STOP_MAX_MS) })
    await this.rpc(`quit compact:${tidies}`).catch((error: unknown) => {
      if (!(error instanceof RpcFailure)) throw error
    })
    await gone.catch(() => this.kill())
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }

  /** Bytes of all files in its folder. */
  get diskBytes(): number {
    return bytesIn(this.folder)
  }
}

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, { parentPath, name }) => total + statSync(join(parentPath, name)).size, 0)

/** Those that were started: all are gone when a benchmark ends, however it ends. */
export class Subjects {
  readonly #all: Subject[] = []

  begin(kind: Kind, options: LifeOptions): Subject {
    const subject = Subject.begin(kind, options)
    this.#all.push(subject)
    return subject
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#all.map((subject) => subject.kill()))
  }
}

/** As `minipolis node start` is run by `npm start`. */
function startOurs({ network, folder, port, genesis = false }: LifeOptions): ChildProcess {
  const rpc = String(port + RPC_OFFSET)
  const where = ['--network', network, '--data', folder, '--bind', '127.0.0.1', '--port', String(port), '--rpc', rpc]
  const how = genesis ? ['--genesis', '--mine', 'solo'] : ['--connect', NOBODY, '--no-discover', '--mine', 'off']
  return spawn(process.execPath, [...programArguments(), 'node', 'start', ...where, ...how, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** As its manual says, with the runtime's own limits of memory. */
function startReference({ network, folder, port, genesis = false }: LifeOptions): ChildProcess {
  const where = ['-data', folder, '-basefolder', folder, '-port', String(port), '-rpcenable', '-nop2p', '-daemon']
  const how = [...(network === 'test' ? ['-test'] : []), ...(genesis ? ['-genesis'] : [])]
  return spawn('java', ['-jar', process.env.MINIMA_JAR!, ...where, ...how], { stdio: ['ignore', 'pipe', 'pipe'] })
}
