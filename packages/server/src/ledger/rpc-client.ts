import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type JsonObject, type JsonValue, parseJson } from '@minipolis/minima'
import { LedgerError } from './ledger-error.ts'

/** Bytes of one reply: two thousand coins with their proofs fit. */
export const REPLY_SIZE_MAX = 64 * 1024 * 1024
/** Time for one request; mining may take 120 seconds of it. Milliseconds. */
export const REQUEST_TIME_MAX_MS = 150_000
const CONNECT_TIME_MAX_MS = 10_000
/** Requests that run at a time: the reference makes a thread for each. */
const RUNNING_MAX = 4

export interface RpcAddress {
  readonly host: string
  readonly port: number
  /** Trusts this certificate; plain HTTP when absent. PEM. */
  readonly certificate?: string
  readonly user?: string
  readonly password?: string
}

/**
 * Speaks to the command interface of a Minima node. The reference ends its header lines with bare line feeds, counts characters
 * instead of bytes and matches header names by case, so this writes the request itself and reads to the end of the stream.
 */
export class RpcClient {
  readonly #address: RpcAddress
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(address: RpcAddress) {
    this.#address = address
  }

  /**
   * Runs one command and gives its envelope. Only ASCII is sent.
   *
   * @throws LedgerError `unavailable` when the node is away or does not answer as one, `refused` when it refuses who asks
   */
  async call(command: string): Promise<JsonObject> {
    await this.#turn()
    try {
      return readEnvelope(await this.#exchange(asciiOnly(command)), command)
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }

  /** As `call`, and gives the member `response`. @throws LedgerError also `refused` when the command fails */
  async ask(command: string): Promise<JsonValue> {
    const envelope = await this.call(command)
    if (envelope.get('status') === true) return envelope.get('response') ?? null
    throw new LedgerError('refused', failureOf(envelope), { command: commandName(command) })
  }

  async #turn(): Promise<void> {
    while (this.#running >= RUNNING_MAX) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#running++
  }

  #exchange(body: string): Promise<string> {
    const { host, port } = this.#address
    return new Promise((resolve, reject) => {
      const away = (why: string, cause?: unknown): void =>
        reject(new LedgerError('unavailable', `the node at ${host}:${port} ${why}`, { host, port }, { cause }))
      const socket = this.#open()
      const chunks: Buffer[] = []
      let size = 0
      const timer = setTimeout(() => socket.destroy(new Error('timed out')), REQUEST_TIME_MAX_MS)
      socket.setTimeout(CONNECT_TIME_MAX_MS, () => {
        if (socket.connecting) socket.destroy(new Error('timed out while connecting'))
      })
      socket.once(this.#address.certificate === undefined ? 'connect' : 'secureConnect', () => {
        socket.setTimeout(0)
        socket.write(this.#request(body))
      })
      socket.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size > REPLY_SIZE_MAX) socket.destroy(new Error(`sent more than ${REPLY_SIZE_MAX} bytes`))
      })
      socket.once('error', (error) => away(`cannot be asked: ${error.message}`, error))
      socket.once('close', () => {
        clearTimeout(timer)
        if (size === 0) away('closed the connection without an answer')
        else resolve(Buffer.concat(chunks).toString('utf8'))
      })
    })
  }

  #open(): Socket {
    const { host, port, certificate } = this.#address
    if (certificate === undefined) return connectTcp({ host, port })
    // The certificate itself is trusted, whatever name it was made for: nodes make theirs for localhost.
    return connectTls({ host, port, ca: certificate, checkServerIdentity: () => undefined })
  }

  #request(body: string): string {
    const { host, port, user = 'minima', password } = this.#address
    const credentials =
      password === undefined ? '' : `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}\r\n`
    return `POST / HTTP/1.1\r\nHost: ${host}:${port}\r\n${credentials}Content-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
  }
}

/** Inside of JSON and scripts everything else can be escaped; outside of them nothing else is needed. */
function asciiOnly(command: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole range of ASCII is meant
  if (/^[\u0000-\u007f]*$/.test(command)) return command
  throw new LedgerError('refused', 'commands for a node may hold ASCII only')
}

function readEnvelope(reply: string, command: string): JsonObject {
  const [head = '', ...rest] = reply.split(/\r?\n\r?\n/)
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]
  if (status === '401') throw new LedgerError('refused', 'the node does not know this user and password')
  const parsed = parseJson(rest.join('\n\n').trim())
  if (parsed.kind !== 'value' || !(parsed.value instanceof Map)) {
    throw new LedgerError('unavailable', `the node did not answer ${commandName(command)} as a Minima node does`, {
      status,
    })
  }
  return parsed.value
}

const commandName = (command: string): string => command.split(' ', 1)[0] ?? ''

/** What a node says of a command that failed. */
export function failureOf(envelope: JsonObject): string {
  const message = envelope.get('error') ?? envelope.get('message')
  return typeof message === 'string' ? message : 'the node gave no reason'
}
