import { createServer, type Server, type Socket } from 'node:net'
import { PeersError } from './peers-error.ts'

export interface Listener {
  readonly server: Server
  /** The port that was taken. */
  readonly port: number
}

/** Opens a port for peers; 0 takes any free one. @throws PeersError `listen-failed` */
export async function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Listener> {
  const server = createServer(accept)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new PeersError('listen-failed', `port ${port} cannot be opened: ${cause.message}`, { port }, { cause }))
    })
    server.listen({ port, host }, () => resolve())
  })
  const address = server.address()
  return { server, port: typeof address === 'object' && address !== null ? address.port : port }
}
