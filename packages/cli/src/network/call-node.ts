import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { text as readText } from 'node:stream/consumers'
import type { RunningNode } from '@minipolis/node'
import { CommandError } from '../terminal/command-error.ts'

/** A command may mine and sign; it takes as long as that. Milliseconds. */
const CALL_MS = 120_000
const USER = 'minima'

export type NodeDoor = Pick<RunningNode, 'url' | 'password' | 'certificate'>

/** Runs a command line on a running node. @returns the reply, JSON. @throws CommandError `server` */
export async function callNode(door: NodeDoor, line: string, timeoutMs: number = CALL_MS): Promise<string> {
  const { url } = door
  let answer: Answer
  try {
    answer = await post(door, line, AbortSignal.timeout(timeoutMs))
  } catch (cause) {
    throw new CommandError('server', `the node at ${url} does not answer`, {}, { cause })
  }
  const { status, text } = answer
  if (status === 401) {
    throw new CommandError('server', `the node at ${url} demands another password`, {
      hint: 'give it in MINIPOLIS_RPC_PASSWORD',
    })
  }
  if (status !== 200) throw new CommandError('server', `the node at ${url} answers ${status}: ${text}`)
  return text
}

interface Answer {
  readonly status: number | undefined
  readonly text: string
}

async function post({ url, password, certificate }: NodeDoor, line: string, signal: AbortSignal): Promise<Answer> {
  const options = { method: 'POST', signal, ...(password !== undefined && { auth: `${USER}:${password}` }) }
  const request =
    certificate === undefined
      ? requestHttp(url, options)
      : // The certificate itself is known, so neither its name nor who issued it matters.
        requestHttps(url, {
          ...options,
          ca: certificate,
          allowPartialTrustChain: true,
          checkServerIdentity: () => undefined,
        })
  request.end(line)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode, text: (await readText(response)).trimEnd() }
}
