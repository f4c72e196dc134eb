import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { fromUtf8, MinipolisError, networks } from '@minipolis/minima'
import { createMaximaStore, Maxima, type MaximaHost, type MaximaLink, maximaPartsOf } from '../src/maxima/index.ts'
import { NodeCore } from '../src/node/core.ts'
import { networkDefaults } from '../src/node/options.ts'
import { Database } from '../src/store/index.ts'
import {
  anyFrame,
  decodeMessage,
  encodeFrame,
  type Frame,
  FrameSplitter,
  MAXIMA_CTRL,
  messageType,
} from '../src/wire/index.ts'

/** Connections of a node, only as far as messaging uses them: real sockets, no greeting. */
export class LoopbackLinks {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #host: MaximaHost | undefined
  #count = 0
  port = 0

  constructor() {
    this.#server = createServer((socket) => this.#serve(socket, 'incoming', socket.remotePort ?? 0))
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    this.port = typeof address === 'object' && address !== null ? address.port : 0
  }

  serve(host: MaximaHost): void {
    this.#host = host
  }

  /** Opens a link that lasts, as if both had greeted. @param to one of ours, or the port of another node. @returns ends it */
  async connect(to: LoopbackLinks | { readonly port: number }): Promise<() => void> {
    const socket = connect(to.port, '127.0.0.1')
    await once(socket, 'connect')
    const link = this.#serve(socket, 'outgoing', to.port)
    this.#host?.greeted(link)
    if (to instanceof LoopbackLinks) to.#host?.greeted([...to.#links.values()].at(-1)!)
    return () => socket.destroy()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  readonly #links = new Map<Socket, MaximaLink>()

  #serve(socket: Socket, role: MaximaLink['role'], port: number): MaximaLink {
    const link: MaximaLink = {
      id: `${role}-${++this.#count}`,
      role,
      address: { host: '127.0.0.1', port },
      send: (name, payload) => {
        if (!socket.writable) return false
        socket.write(encodeFrame({ type: messageType(name), payload }))
        return true
      },
    }
    this.#sockets.add(socket)
    this.#links.set(socket, link)
    const splitter = new FrameSplitter(anyFrame)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#links.delete(socket)
      this.#host?.closed(link)
    })
    socket.on('data', (chunk) => {
      splitter.push(chunk)
      for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
        if (frame !== 'empty') this.#handle(link, frame)
      }
    })
    return link
  }

  #handle(link: MaximaLink, frame: Frame): void {
    try {
      const message = decodeMessage(frame)
      if (message.name === 'maximaTxPoW') this.#host?.deliver(link, message.value, frame.payload)
      if (message.name !== 'maximaCtrl') return
      if (message.value.kind === MAXIMA_CTRL.id) this.#host?.keyClaimed(link, message.value.value)
      if (message.value.kind === MAXIMA_CTRL.mls) this.#host?.locationServiceTold(link, fromUtf8(message.value.value))
    } catch (error) {
      if (!(error instanceof MinipolisError)) throw error
    }
  }
}

/** A chain of one block, shared by the nodes of a test file. Close it at the end. */
export async function startLoopbackChain(random: (size: number) => Uint8Array): Promise<NodeCore> {
  const core = new NodeCore(
    { ...networkDefaults.dev, parameters: networks.dev, file: ':memory:', defaultKeys: 1 },
    { now: Date.now, random, received: () => undefined },
  )
  await core.begin()
  return core
}

export interface LoopbackNode {
  readonly maxima: Maxima
  readonly links: LoopbackLinks
  readonly faults: unknown[]
  stop(): Promise<void>
}

/** Messaging with keys and memory of its own, and loopback links. */
export async function startLoopbackNode(
  core: NodeCore,
  random: (size: number) => Uint8Array,
  { now = Date.now, file = ':memory:' }: { readonly now?: () => number; readonly file?: string } = {},
): Promise<LoopbackNode> {
  const faults: unknown[] = []
  const links = new LoopbackLinks()
  await links.listen()
  const address = (): { host: string; port: number } => ({ host: '127.0.0.1', port: links.port })
  const database = new Database({ file, network: 'dev' })
  const maxima = new Maxima(
    { localAddress: address, publicAddress: address, allowInternal: true, checkDepth: 16 },
    { ...maximaPartsOf(core), store: createMaximaStore(database), now, random, failed: (error) => faults.push(error) },
  )
  await maxima.start()
  links.serve(maxima.links)
  return {
    maxima,
    links,
    faults,
    async stop() {
      maxima.stop()
      await links.close()
      database.close()
    },
  }
}
