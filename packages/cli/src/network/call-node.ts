import type { RunningNode } from '@minipolis/node'
import { CommandError } from '../terminal/command-error.ts'

/** A command may mine and sign; it takes as long as that. Milliseconds. */
const CALL_MS = 120_000
const USER = 'minima'

/** Runs a command line on a running node. @returns the reply, JSON. @throws CommandError `server` */
export async function callNode(
  { url, password }: Pick<RunningNode, 'url' | 'password'>,
  line: string,
  timeoutMs: number = CALL_MS,
): Promise<string> {
  const credentials = password === undefined ? undefined : Buffer.from(`${USER}:${password}`).toString('base64')
  let status: number
  let text: string
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: line,
      signal: AbortSignal.timeout(timeoutMs),
      headers: credentials === undefined ? {} : { authorization: `Basic ${credentials}` },
    })
    status = response.status
    text = (await response.text()).trimEnd()
  } catch (cause) {
    throw new CommandError('server', `the node at ${url} does not answer`, {}, { cause })
  }
  if (status === 401) {
    throw new CommandError('server', `the node at ${url} demands another password`, {
      hint: 'give it in MINIPOLIS_RPC_PASSWORD',
    })
  }
  if (status !== 200) throw new CommandError('server', `the node at ${url} answers ${status}: ${text}`)
  return text
}
