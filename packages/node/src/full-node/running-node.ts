import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'node.json'
/** The file may hold a password. */
const OWNER_ONLY = 0o600

/** How another program of the same owner reaches the node that runs on a folder. */
export interface RunningNode {
  readonly pid: number
  readonly network: string
  /** Base URL of the command interface. */
  readonly url: string
  /** Of the user `minima`, when one is demanded. */
  readonly password?: string
  /** PEM of the certificate that the command interface shows, when it speaks TLS. */
  readonly certificate?: string
  /** Port that peers reach it at; 0 when nobody is accepted. */
  readonly port: number
}

export function announceNode(folder: string, node: RunningNode): void {
  const path = join(folder, FILE)
  writeFileSync(`${path}.new`, `${JSON.stringify(node)}\n`, { mode: OWNER_ONLY })
  renameSync(`${path}.new`, path)
}

export const withdrawNode = (folder: string): void => rmSync(join(folder, FILE), { force: true })

/** The node that runs on a folder, or `undefined`: what a killed one left behind does not count. */
export function findNode(folder: string): RunningNode | undefined {
  let found: Partial<RunningNode> | null
  try {
    found = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Partial<RunningNode> | null
  } catch {
    return undefined
  }
  const { pid, network, url, password, certificate, port } = found ?? {}
  if (typeof url !== 'string' || typeof network !== 'string' || typeof port !== 'number') return undefined
  if (!Number.isInteger(pid) || !isAlive(pid!)) return undefined
  return {
    ...{ pid: pid!, network, url, port },
    ...(typeof password === 'string' ? { password } : {}),
    ...(typeof certificate === 'string' ? { certificate } : {}),
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
