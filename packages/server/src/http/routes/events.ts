import type { ServerResponse } from 'node:http'
import Type from 'typebox'
import type { Api } from '../api.ts'
import type { EventHub } from '../event-hub.ts'
import { HttpError } from '../http-error.ts'
import { Problem } from '../problem.ts'

/** Event streams served at once. */
export const EVENT_LISTENERS_MAX = 256

/** Bytes that may wait for a slow reader before it is let go. */
const WAITING_BYTES_MAX = 1024 * 1024

/** A comment now and then keeps proxies from closing a quiet stream. */
const KEEP_ALIVE_MS = 15_000

/** `GET /v1/events`: what happens in the city, as server-sent events. Source: WHATWG HTML, "Server-sent events". */
export function eventRoutes(api: Api, { events }: { readonly events: EventHub }): void {
  const open = new Set<ServerResponse>()
  api.addHook('preClose', async () => {
    for (const response of open) response.end()
  })

  api.get(
    '/v1/events',
    {
      schema: {
        tags: ['events'],
        operationId: 'followEvents',
        summary: 'Server-sent events: reading, skipped, checkpoint, block, anchor',
        produces: ['text/event-stream'],
        response: { 200: Type.Unknown({ description: 'text/event-stream' }), '5xx': Problem },
      },
    },
    (_request, reply) => {
      if (events.listeners >= EVENT_LISTENERS_MAX)
        throw new HttpError('too-many-listeners', `the city serves ${EVENT_LISTENERS_MAX} event streams already`)
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      })
      response.write('retry: 2000\n\n')
      open.add(response)

      const send = (text: string) => {
        response.write(text)
        if (response.writableLength > WAITING_BYTES_MAX) response.destroy()
      }
      const stop = events.listen((list) =>
        send(list.map(({ name, data }) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join('')),
      )
      const timer = setInterval(() => send(': still here\n\n'), KEEP_ALIVE_MS)
      response.once('close', () => {
        clearInterval(timer)
        stop()
        open.delete(response)
      })
    },
  )
}
