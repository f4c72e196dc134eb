import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cpuMsOf } from './resident.ts'

const SERVE = join(import.meta.dirname, 'serve.ts')

/** A city served by a process of its own. */
export interface ServedCity {
  readonly url: string
  readonly mqttUrl: string
  /** Of the administrator. */
  readonly token: string
  /** CPU that the process has taken so far, in milliseconds. */
  cpuMs(): number
  /** One of its metrics, without the prefix. */
  metric(name: string): Promise<number>
  close(): Promise<void>
}

/** @param folder made when it is not there */
export async function serveCity(folder: string): Promise<ServedCity> {
  const child = spawn(process.execPath, [SERVE, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url, mqttUrl, token } = JSON.parse(line) as Pick<ServedCity, 'url' | 'mqttUrl' | 'token'>
  return {
    ...{ url, mqttUrl, token },
    cpuMs: () => cpuMsOf(child.pid!),
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`)).text()
      const found = text.split('\n').find((each) => each.startsWith(`minipolis_${name} `))
      return Number(found?.split(' ')[1])
    },
    async close() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
