import type { IncomingMessage } from 'node:http'
import { LINE_LENGTH_MAX } from '../line/parse-line.ts'
import { RpcError } from '../rpc-error.ts'

/**
 * The command line of a request: the body of a POST as it is, otherwise the path without one leading and one trailing slash,
 * decoded as a form. A question mark has no meaning. @throws RpcError `bad-line`, `too-much`
 */
export const requestLine = async (request: IncomingMessage): Promise<string> =>
  request.method === 'POST' ? readBody(request) : pathLine(request.url ?? '/')

function pathLine(path: string): string {
  try {
    return decodeURIComponent(path.replace(/^\//, '').replace(/\/$/, '').replaceAll('+', ' '))
  } catch (cause) {
    throw new RpcError('bad-line', 'the path has a percent sign that is no escape', {}, { cause })
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LINE_LENGTH_MAX) throw new RpcError('too-much', `a request has at most ${LINE_LENGTH_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
