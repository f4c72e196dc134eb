import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Order, ProcessOptions, ProcessStatus } from './network-process.ts'

const ORDER_MS = 30_000

/** A node in a process of its own, that can be killed at any moment and started again on its file. */
export class NodeProcess {
  readonly file: string
  /** Of the first start; kept from then on. */
  port = 0
  #child: ChildProcess | undefined
  #next = 1
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()

  constructor(file: string) {
    this.file = file
  }

  get isAlive(): boolean {
    return this.#child !== undefined
  }

  async start(): Promise<void> {
    const options: ProcessOptions = { file: this.file, port: this.port }
    const child = fork(join(import.meta.dirname, 'network-process.ts'), [JSON.stringify(options)], {
      execArgv: ['--conditions=source'],
    })
    this.#child = child
    const started = this.#await<ProcessStatus>(0)
    child.on('message', ({ number, answer, error }: { number: number; answer?: never; error?: string }) => {
      const waiting = this.#waiting.get(number)
      this.#waiting.delete(number)
      if (error === undefined) waiting?.resolve(answer!)
      else waiting?.reject(new OrderError(error))
    })
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined
      for (const { reject } of this.#waiting.values()) reject(new OrderError('gone'))
      this.#waiting.clear()
    })
    this.port = (await started).port
  }

  /** Ends the process without a word. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGKILL')
    await gone
  }

  order<T>(order: Order): Promise<T> {
    const number = this.#next++
    const answer = this.#await<T>(number)
    this.#child?.send({ number, order })
    return answer
  }

  status(): Promise<ProcessStatus> {
    return this.order<ProcessStatus>({ order: 'status' })
  }

  #await<T>(number: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(new OrderError('no answer')), ORDER_MS)
      this.#waiting.set(number, {
        resolve: (answer) => {
          clearTimeout(timer)
          resolve(answer)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      })
    })
  }
}

/** An order was refused; the message is the code. */
export class OrderError extends Error {}
