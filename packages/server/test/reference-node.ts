import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LedgerError } from '../src/ledger/ledger-error.ts'
import { RpcClient } from '../src/ledger/rpc-client.ts'

const START_TIME_MAX_MS = 60_000
const LOOK_MS = 100
/** The command interface listens this far above the base port. */
const RPC_PORT_OFFSET = 4

/** A reference node with a chain of its own, for tests on machines that have its program. */
export class ReferenceNode {
  readonly port: number
  readonly client: RpcClient
  readonly #folder: string
  readonly #process: ChildProcess

  private constructor(folder: string, basePort: number, process: ChildProcess) {
    this.#folder = folder
    this.port = basePort + RPC_PORT_OFFSET
    this.#process = process
    this.client = new RpcClient({ host: '127.0.0.1', port: this.port })
  }

  /** @param jar path of the reference's program */
  static async start(jar: string, basePort: number): Promise<ReferenceNode> {
    const folder = await mkdtemp(join(tmpdir(), 'minipolis-reference-'))
    const options = ['-data', folder, '-test', '-nop2p', '-genesis', '-rpcenable', '-port', String(basePort)]
    const child = spawn('java', ['-jar', jar, ...options], { stdio: 'ignore' })
    const node = new ReferenceNode(folder, basePort, child)
    await node.#answers()
    return node
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL')
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #answers(): Promise<void> {
    for (let waitedMs = 0; waitedMs < START_TIME_MAX_MS; waitedMs += LOOK_MS) {
      try {
        if ((await this.client.call('block')).get('status') === true) return
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error
      }
      await delay(LOOK_MS)
    }
    await this.stop()
    throw new LedgerError('unavailable', 'the reference node did not start')
  }
}
