import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ReferenceNode } from './reference-node.ts'

const READY_MS = 60_000

export interface MaximaEventJson {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A reference node with messaging on the own machine, and what it tells its listeners. */
export class MaximaReference {
  readonly events: MaximaEventJson[] = []
  readonly #node: ReferenceNode
  readonly #hooks: Server

  private constructor(node: ReferenceNode, hooks: Server) {
    this.#node = node
    this.#hooks = hooks
    hooks.on('request', (request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        this.events.push(JSON.parse(Buffer.concat(parts).toString()) as MaximaEventJson)
        response.end()
      })
    })
  }

  static async start(how: {
    readonly genesis?: boolean
    readonly connect?: readonly string[]
  }): Promise<MaximaReference> {
    const more = ['-allowallip', '-daemon', '-host', '127.0.0.1']
    const node = await ReferenceNode.start({ ...how, more })
    // It can send no message before it has a block.
    await node.until(async () => (await node.status()).block > 0, READY_MS)
    const hooks = createServer()
    const reference = new MaximaReference(node, hooks)
    await reference.ask(`webhooks action:add hook:http://127.0.0.1:${await listen(hooks)}/`)
    return reference
  }

  get port(): number {
    return this.#node.port
  }

  /** The response of a command. */
  async ask<T extends object>(command: string): Promise<T> {
    return ((await this.#node.rpc(command)) ?? {}) as T
  }

  async stop(): Promise<void> {
    await this.#node.stop()
    this.#hooks.close()
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
