import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Servers often lie in folders that are not on the path of every account. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin` }

export const hasMosquitto = spawnSync('mosquitto', ['-h'], { env }).error === undefined

/** Attempts to reach a broker that was just started, 50 ms apart. */
const ATTEMPTS = 400

export interface MosquittoOptions {
  readonly port: number
  /** The only user; anybody may come when absent. */
  readonly user?: { readonly name: string; readonly password: string }
  /** Files of a certificate and its key: the port then speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

/** An Eclipse Mosquitto of our own, with its sessions in a temporary folder. */
export class Mosquitto {
  readonly port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'minipolis-mosquitto-'))
  #process: ChildProcess | undefined

  constructor({ port, user, tls }: MosquittoOptions) {
    this.port = port
    const lines = [
      `user ${userInfo().username}`,
      `listener ${port} 127.0.0.1`,
      'persistence true',
      `persistence_location ${this.#folder}/`,
      // Its own default drops what an absent subscriber has not taken beyond the first thousand.
      'max_queued_messages 0',
      'log_type error',
      `allow_anonymous ${user === undefined}`,
    ]
    if (tls) lines.push(`certfile ${tls.cert}`, `keyfile ${tls.key}`)
    if (user) {
      const file = join(this.#folder, 'passwords')
      execFileSync('mosquitto_passwd', ['-b', '-c', file, user.name, user.password], { env })
      lines.push(`password_file ${file}`)
    }
    writeFileSync(this.#config, `${lines.join('\n')}\n`)
  }

  async start(): Promise<this> {
    this.#process = spawn('mosquitto', ['-c', this.#config], { env, stdio: 'ignore' })
    for (let attempt = 0; !(await answers(this.port)); attempt++) {
      if (attempt === ATTEMPTS) throw new TypeError(`mosquitto does not answer at port ${this.port}`)
      await setTimeout(50)
    }
    return this
  }

  /** `SIGTERM` writes sessions and messages to the disk, `SIGKILL` is a power cut. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const running = this.#process
    this.#process = undefined
    if (running?.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await ended
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #config(): string {
    return join(this.#folder, 'mosquitto.conf')
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
