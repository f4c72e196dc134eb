import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writeDurably } from './durable-file.ts'

const FILE = 'server.json'

/** How another program of the same owner reaches the server that runs on a folder. */
export interface RunningServer {
  readonly pid: number
  /** Base URL of the HTTP API. */
  readonly url: string
  /** Administration token. */
  readonly token: string
}

export const announceServer = (folder: string, server: RunningServer): void =>
  writeDurably(join(folder, FILE), `${JSON.stringify(server)}\n`)

export const withdrawServer = (folder: string): void => rmSync(join(folder, FILE), { force: true })

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The server that runs on a folder, or `undefined`: what a killed server left behind does not count. */
export const findServer = (folder: string): RunningServer | undefined => {
  const text = readIfThere(join(folder, FILE))
  if (text === undefined) return undefined
  try {
    const found = JSON.parse(text) as RunningServer
    return typeof found.url === 'string' && Number.isInteger(found.pid) && isAlive(found.pid) ? found : undefined
  } catch {
    return undefined
  }
}
