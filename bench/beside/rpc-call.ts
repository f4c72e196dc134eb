import { connect } from 'node:net'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const ANSWER_MAX_MS = 120_000

/** A command was refused, or nobody answered. */
export class RpcFailure extends TypeError {}

/**
 * Runs one command over HTTP, by POST, on a connection of its own. The reference's answers have header lines that real
 * HTTP clients refuse, so that both programs are asked in this way and only the body is looked at.
 *
 * @returns the member `response`, or `message` where there is none. @throws RpcFailure
 */
export async function rpcCall(port: number, command: string): Promise<Json> {
  const text = await post(port, command)
  let answer: { status?: boolean; response?: Json; message?: string; error?: string }
  try {
    answer = JSON.parse(text.slice(text.indexOf('{'))) as typeof answer
  } catch (cause) {
    throw new RpcFailure(`no JSON in the answer to ${command.slice(0, 60)}: ${text.slice(0, 300)}`, { cause })
  }
  if (answer.status !== true) {
    throw new RpcFailure(`${command.slice(0, 60)}: ${answer.error ?? answer.message ?? 'refused'}`)
  }
  return answer.response ?? answer.message ?? null
}

function post(port: number, body: string): Promise<string> {
  const bytes = Buffer.from(body)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`
      socket.write(Buffer.concat([Buffer.from(head), bytes]))
    })
    const chunks: Buffer[] = []
    socket.setTimeout(ANSWER_MAX_MS, () => socket.destroy(new RpcFailure('no answer in time')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (cause) => reject(new RpcFailure(`port ${port} does not answer`, { cause })))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')))
  })
}
