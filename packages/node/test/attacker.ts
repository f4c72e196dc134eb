import { connect, type Socket } from 'node:net'
import { type Greeting, type JsonValue, MiniNumber } from '@minipolis/minima'
import {
  anyFrame,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  type Frame,
  FrameSplitter,
  type Message,
  type MessageName,
  messageName,
} from '../src/wire/index.ts'
import { until } from './peer-node.ts'

/** A raw connection to a node, from an address of its own on this machine. */
export class RawPeer {
  readonly frames: Frame[] = []
  isClosed = false
  readonly #socket: Socket
  readonly #splitter = new FrameSplitter(anyFrame)

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Uint8Array) => {
      this.#splitter.push(chunk)
      for (let frame = this.#splitter.next(); frame !== undefined; frame = this.#splitter.next()) {
        if (frame !== 'empty') this.frames.push(frame)
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  static async open(port: number, ip: string): Promise<RawPeer> {
    const socket = connect({ host: '127.0.0.1', port, localAddress: ip })
    const peer = new RawPeer(socket)
    await new Promise<void>((resolve) => {
      socket.once('connect', () => resolve())
      socket.once('close', () => resolve())
    })
    return peer
  }

  raw(bytes: Uint8Array): void {
    if (!this.isClosed) this.#socket.write(bytes)
  }

  hex(text: string): void {
    this.raw(Buffer.from(text.replace(/\s/g, ''), 'hex'))
  }

  frame(type: number, payload: Uint8Array): void {
    this.raw(encodeFrame({ type, payload }))
  }

  send(message: Message): void {
    this.raw(encodeMessage(message))
  }

  greet(
    options: { version?: string; extra?: [string, JsonValue][]; topBlock?: number | bigint; chain?: Uint8Array[] } = {},
  ): void {
    const { version = '1.0.45-TEST', extra = [['port', '9001']], topBlock = -1, chain = [] } = options
    const greeting: Greeting = { version, extra: new Map(extra), topBlock: MiniNumber.of(topBlock), chain }
    this.send({ name: 'greeting', value: greeting })
  }

  /** Greets and waits for the node's greeting and chain. */
  async greeted(): Promise<this> {
    this.greet()
    await until(() => this.count('ibd') > 0 || this.isClosed, 'the node answers the greeting', 3000)
    return this
  }

  pause(): void {
    this.#socket.pause()
  }

  close(): void {
    this.#socket.destroy()
  }

  count(name: MessageName): number {
    return this.frames.filter(({ type }) => messageName(type) === name).length
  }

  messages(name: MessageName): Message[] {
    return this.frames.filter(({ type }) => messageName(type) === name).map((frame) => decodeMessage(frame))
  }

  async flushed(): Promise<void> {
    await until(() => this.isClosed || this.#socket.writableLength === 0, 'everything is sent', 10_000)
  }
}
