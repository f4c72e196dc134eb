import { HttpError } from './http-error.ts'

/** Ports tried after the one asked for. */
const TRIES = 100
const PORT_MAX = 65_535

export interface Listening {
  readonly port: number
  /** True when the port asked for was taken and a later one serves. */
  readonly moved: boolean
}

/**
 * Listens on a port, or on the next one that is free. Port 0 lets the system choose.
 *
 * @param listen listens on one port and resolves to the port it got
 * @throws HttpError `port-taken` when none of the next hundred is free; whatever else `listen` throws
 */
export async function listenOnFreePort(wanted: number, listen: (port: number) => Promise<number>): Promise<Listening> {
  for (let port = wanted; port <= Math.min(wanted + TRIES, PORT_MAX); port++) {
    try {
      const got = await listen(port)
      return { port: got, moved: wanted !== 0 && got !== wanted }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  throw new HttpError('port-taken', `no port from ${wanted} to ${wanted + TRIES} is free: choose another one`, {
    wanted,
  })
}
