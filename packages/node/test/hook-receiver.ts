import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HookBody {
  readonly event: string
  readonly data: { readonly [name: string]: unknown }
}

/** A web server that takes events. */
export interface HookReceiver {
  readonly url: string
  /** What was taken, oldest first. */
  readonly events: HookBody[]
  /** Requests that are still to be answered with an error. */
  refusals: number
  named(event: string): HookBody[]
  close(): void
}

export async function startHookReceiver(): Promise<HookReceiver> {
  const events: HookBody[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
    if (receiver.refusals > 0) {
      receiver.refusals--
      response.statusCode = 503
    } else events.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as HookBody)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: HookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    events,
    refusals: 0,
    named: (name) => events.filter(({ event }) => event === name),
    close: () => server.close(),
  }
  return receiver
}
