import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The program of the reference, when a run with it is wanted. */
export const referenceJar = process.env.MINIMA_JAR

const RPC_OFFSET = 4
const START_MS = 60_000
const POLL_MS = 250
const RPC_MS = 60_000

export interface ReferenceOptions {
  readonly port: number
  readonly genesis?: boolean
  readonly connect?: readonly string[]
  readonly more?: readonly string[]
  /** Let it find peers by itself. */
  readonly p2p?: boolean
}

export interface ReferenceStatus {
  readonly block: number
  readonly hash: string
  /** Of tree and cascade. */
  readonly weight: string
  readonly cascadeWeight: string
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A node of the reference in a process of its own, with a data folder of its own, driven over its RPC. */
export class ReferenceNode {
  readonly port: number
  readonly #folder: string
  readonly #process: ChildProcess
  #log = ''

  private constructor(port: number, folder: string, process: ChildProcess) {
    this.port = port
    this.#folder = folder
    this.#process = process
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log = (this.#log + chunk.toString('utf8')).slice(-200_000)
      })
    }
  }

  static async start({
    port,
    genesis = false,
    connect = [],
    more = [],
    p2p = false,
  }: ReferenceOptions): Promise<ReferenceNode> {
    const folder = await mkdtemp(join(tmpdir(), 'reference-'))
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
    const node = new ReferenceNode(port, folder, child)
    await node.until(async () => (await node.rpc('status')) !== undefined, START_MS)
    return node
  }

  /** What the node printed lately. */
  get log(): string {
    return this.#log
  }

  /** Runs a command. Undefined while the node does not answer. */
  async rpc(command: string): Promise<Json | undefined> {
    try {
      const answer = JSON.parse(await get(this.port + RPC_OFFSET, `/${encodeURIComponent(command)}`)) as {
        status: boolean
        response?: Json
        error?: string
      }
      return answer.status ? (answer.response ?? null) : { error: answer.error ?? 'refused' }
    } catch {
      return undefined
    }
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
    const isGone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
    this.#process.kill('SIGKILL')
    await isGone
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** The reference's answers have header lines that real HTTP clients refuse: only the body is looked at. */
function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
    })
    const chunks: Buffer[] = []
    socket.setTimeout(RPC_MS, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      resolve(text.slice(text.indexOf('{')))
    })
  })
}
