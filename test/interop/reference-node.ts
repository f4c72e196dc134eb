import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChainNode, type Json, type JsonObject, responseOf } from './chain-node.ts'
import { freePorts } from './free-ports.ts'
import { postCommand } from './post-command.ts'

/** The program of the reference, when a run with it is wanted. */
export const referenceJar = process.env.MINIMA_JAR

const RPC_OFFSET = 4
/** From its base port on. */
const PORTS = 5
const START_MS = 60_000
const POLL_MS = 250
const MINE_ATTEMPTS_MAX = 20
const MINED_MS = 2_000
const MINED_POLL_MS = 40
const LOG_LENGTH_MAX = 200_000
const REFUSALS_MAX = 100
/** What it prints when it refuses a block, a transaction, a download or a message. */
const REFUSAL = new RegExp(
  [
    'Invalid (?!Peer)',
    'INVALID',
    'Incorrect ',
    'FAILS? ',
    'Fail(ed)? (block|txblock) check',
    'too large',
    'too low',
    'failed script check',
    "[Dd]on't match|doesn't match",
    'used more than once',
    'Script (FAIL|Missing)',
    'Wrong ',
    'ERROR checking',
    'different chain|HEAVIER CHAIN|IGNORE IBD',
    'Too many',
  ].join('|'),
)

export interface ReferenceOptions {
  /** The first of those that it uses; free ones when absent. */
  readonly port?: number
  readonly genesis?: boolean
  readonly connect?: readonly string[]
  readonly more?: readonly string[]
  /** Let it find peers by itself. */
  readonly p2p?: boolean
  /** Where it lives; a folder of its own, removed when it stops, when absent. */
  readonly folder?: string
}

export interface ReferenceStatus {
  readonly block: number
  readonly hash: string
  /** Of tree and cascade. */
  readonly weight: string
  readonly cascadeWeight: string
}

/** A node of the reference in a process of its own, with a data folder of its own, driven over its RPC. */
export class ReferenceNode implements ChainNode {
  readonly kind = 'reference'
  readonly port: number
  /** Lines in which it said that it refuses something. */
  readonly refusals: string[] = []
  readonly #folder: string
  readonly #process: ChildProcess
  readonly #removesFolder: boolean
  #log = ''
  #line = ''
  #mined = 0

  private constructor(port: number, folder: string, process: ChildProcess, removesFolder: boolean) {
    this.port = port
    this.#removesFolder = removesFolder
    this.#folder = folder
    this.#process = process
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#prints(chunk.toString('utf8')))
    }
  }

  static async start({
    port: base,
    genesis = false,
    connect = [],
    more = [],
    p2p = false,
    folder: given,
  }: ReferenceOptions): Promise<ReferenceNode> {
    const folder = given ?? (await mkdtemp(join(tmpdir(), 'reference-')))
    const port = base ?? (await freePorts(PORTS))
    const options = [
      '-data',
      folder,
      '-basefolder',
      folder,
      '-test',
      ...(p2p ? [] : ['-nop2p']),
      '-rpcenable',
      '-port',
      String(port),
      ...more,
    ]
    if (genesis) options.push('-genesis')
    if (connect.length > 0) options.push('-connect', connect.join(','))
    const child = spawn('java', ['-Xmx512m', '-jar', referenceJar!, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
    const node = new ReferenceNode(port, folder, child, given === undefined)
    await node.until(async () => (await node.rpc('status')) !== undefined, START_MS)
    return node
  }

  /** What the node printed lately. */
  get log(): string {
    return this.#log
  }

  /** Of its command interface. */
  get rpcPort(): number {
    return this.port + RPC_OFFSET
  }

  /** Runs a command. Undefined while the node does not answer. */
  async rpc(command: string): Promise<Json | undefined> {
    try {
      const answer = await this.reply(command)
      return answer.status === true ? (answer.response ?? null) : { error: answer.error ?? 'refused' }
    } catch {
      return undefined
    }
  }

  /** The whole reply of a command, or the list of those of a row of commands. */
  async reply(command: string): Promise<JsonObject> {
    return JSON.parse(await postCommand(this.rpcPort, command)) as JsonObject
  }

  async ask<T>(command: string): Promise<T> {
    return responseOf<T>(command, await this.reply(command))
  }

  /** Makes a block with what waits in its memory. It loses some of the blocks that it makes on demand, so it may take more than one. */
  async mine(): Promise<void> {
    const { block } = await this.status()
    for (let attempt = 0; attempt < MINE_ATTEMPTS_MAX; attempt++) {
      const id = `block${this.#mined++}`
      await this.ask(`txncreate id:${id}`)
      const { data } = await this.ask<{ data: string }>(`txnmine id:${id}`)
      await this.reply(`txndelete id:${id}`)
      await this.ask(`txnminepost data:${data}`)
      for (const endMs = Date.now() + MINED_MS; Date.now() < endMs; ) {
        if ((await this.status()).block > block) return
        await new Promise((resolve) => setTimeout(resolve, MINED_POLL_MS))
      }
    }
    throw new Error(`no block after ${MINE_ATTEMPTS_MAX} attempts; the node said:\n${this.#log.slice(-3000)}`)
  }

  async status(): Promise<ReferenceStatus> {
    const status = (await this.rpc('status')) as
      | { weight: string; chain: { block: number; hash: string; cascade: { weight: string } } }
      | undefined
    const chain = status?.chain
    return {
      block: chain?.block ?? -1,
      hash: chain?.hash ?? '',
      weight: String(status?.weight ?? ''),
      cascadeWeight: String(chain?.cascade.weight ?? ''),
    }
  }

  async until(holds: () => Promise<boolean>, ms: number): Promise<void> {
    const endMs = Date.now() + ms
    while (!(await holds())) {
      if (Date.now() > endMs) throw new Error(`not within ${ms} ms; the node said:\n${this.#log.slice(-3000)}`)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.gone()
    if (this.#removesFolder) await rm(this.#folder, { recursive: true, force: true })
  }

  /** Waits until it has ended. */
  async gone(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    await new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
  }

  /** Where files are that commands name. */
  get folder(): string {
    return this.#folder
  }

  #prints(text: string): void {
    this.#log = (this.#log + text).slice(-LOG_LENGTH_MAX)
    const lines = (this.#line + text).split('\n')
    this.#line = lines.pop() ?? ''
    for (const line of lines) {
      if (REFUSAL.test(line) && this.refusals.length < REFUSALS_MAX) this.refusals.push(line)
    }
  }
}
