import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Ports that a reference node uses from its base port on. */
const PORTS = 5
const START_MS_MAX = 60_000

export interface MaximaEventJson {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

type Reply = { readonly status: boolean; readonly error?: string; readonly response: Record<string, never> }

/** A reference node of its own test network, with a listener for its messaging events. */
export class MaximaReference {
  readonly port: number
  readonly events: MaximaEventJson[] = []
  readonly #folder: string
  readonly #process: ChildProcess
  readonly #hooks: Server

  private constructor(port: number, folder: string, process: ChildProcess, hooks: Server) {
    this.port = port
    this.#folder = folder
    this.#process = process
    this.#hooks = hooks
  }

  /** @param more further options of the node */
  static async start(jar: string, more: readonly string[]): Promise<MaximaReference> {
    const port = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'maxima-reference-'))
    const base = ['-Xmx320m', '-jar', jar, '-data', folder, '-test', '-nop2p', '-allowallip', '-daemon']
    const options = ['-host', '127.0.0.1', '-port', String(port), '-rpcenable', '-rpccrlf', ...more]
    const process = spawn('java', [...base, ...options], { stdio: 'ignore' })
    const hooks = createServer()
    const node = new MaximaReference(port, folder, process, hooks)
    hooks.on('request', (request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        node.events.push(JSON.parse(Buffer.concat(parts).toString()) as MaximaEventJson)
        response.end()
      })
    })
    hooks.listen(0, '127.0.0.1')
    await once(hooks, 'listening')
    const address = hooks.address()
    const hookPort = typeof address === 'object' && address !== null ? address.port : 0
    const untilMs = Date.now() + START_MS_MAX
    for (;;) {
      if (await node.#isReady()) break
      if (Date.now() > untilMs) throw new RangeError('the reference node does not start')
      await delay(500)
    }
    await node.run(`webhooks action:add hook:http://127.0.0.1:${hookPort}/`)
    return node
  }

  /** Runs a command. */
  async run(line: string): Promise<Reply> {
    const reply = await fetch(`http://127.0.0.1:${this.port + 4}/${encodeURIComponent(line)}`)
    return (await reply.json()) as Reply
  }

  /** It can send no message before its first block. */
  async #isReady(): Promise<boolean> {
    try {
      return (await this.run('maxima')).status && (await this.run('block')).status
    } catch {
      return false
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
    this.#hooks.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  const port = typeof address === 'object' && address !== null ? address.port : 0
  // The next ports must be valid too.
  return port + PORTS > 65_535 ? port - PORTS : port
}
