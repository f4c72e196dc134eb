import { Worker } from 'node:worker_threads'
import { MinipolisError } from '@minipolis/minima'
import { NodeError } from '../errors/index.ts'
import type { Answers, FromThread, Request, ToThread, Urgency } from './messages.ts'
import { isShort, workInSlices } from './short-work.ts'
import { TaskMemory } from './tasks.ts'

/** Requests that may wait for the thread. */
export const REQUESTS_MAX = 10_000
/** Short requests worked on at a time without a thread; one more, and there is enough to do for one. */
const SHORT_MAX = 4
/** Short requests begun in one second without a thread. */
const SHORT_PER_SECOND_MAX = 20
/** A thread with nothing to do ends after this time. */
const IDLE_MS = 20_000
/** Young heap of the thread in MB: it makes little garbage, and with the default that garbage is most of its weight. */
const YOUNG_HEAP_MB = 2

type AnswerOf<R extends Request> = Answers[R['kind']]

/**
 * A thread for what takes long: mining, making keys, signing, verifying. It begins when there is enough to do, ends when there was
 * nothing for a while, and a quiet node does without: its few short requests are done between other things. A thread that dies
 * fails the requests it had and is replaced at the next one.
 */
export class WorkThread {
  #worker: Worker | undefined
  #nextId = 1
  #stopped = false
  #short = 0
  #begun = { sinceMs: 0, count: 0 }
  #idle: NodeJS.Timeout | undefined
  readonly #memory = new TaskMemory()
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: unknown) => void }>()

  /** Is there a thread at the moment? */
  get hasThread(): boolean {
    return this.#worker !== undefined
  }

  /** @throws NodeError `not-running` after `stop`, `thread-failed`, `queue-full`; the signal's reason when it aborts */
  async run<R extends Request>(request: R, urgency: Urgency, signal?: AbortSignal): Promise<AnswerOf<R>> {
    signal?.throwIfAborted()
    if (this.#stopped) throw stopped()
    if (this.#worker === undefined && this.#isQuiet() && isShort(request)) {
      return this.#runHere(request, urgency, signal)
    }
    return this.#runThere(request, urgency, signal)
  }

  /** Ends the thread; what it was asked and has not answered fails. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#end()
    this.#failAll(stopped())
  }

  async #runHere<R extends Request>(request: R, urgency: Urgency, signal?: AbortSignal): Promise<AnswerOf<R>> {
    const proceed = (): void => {
      signal?.throwIfAborted()
      if (this.#stopped) throw stopped()
    }
    this.#short++
    try {
      return await workInSlices(request, urgency, { memory: this.#memory, proceed })
    } catch (error) {
      throw error instanceof MinipolisError && !(error instanceof NodeError) ? failed(error.message) : error
    } finally {
      this.#short--
    }
  }

  async #runThere<R extends Request>(request: R, urgency: Urgency, signal?: AbortSignal): Promise<AnswerOf<R>> {
    if (this.#waiting.size >= REQUESTS_MAX) {
      throw new NodeError('queue-full', `${REQUESTS_MAX} requests wait for the work thread; try again later`)
    }
    const id = this.#nextId++
    this.#worker ??= this.#start()
    const worker = this.#worker
    let cancel: (() => void) | undefined
    try {
      return await new Promise<AnswerOf<R>>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject })
        clearTimeout(this.#idle)
        worker.ref()
        cancel = () => {
          this.#post(worker, { cancel: id })
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', cancel, { once: true })
        this.#post(worker, { id, urgency, request })
      })
    } finally {
      if (cancel !== undefined) signal?.removeEventListener('abort', cancel)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) this.#rest(worker)
    }
  }

  /** Few short requests are under way, and few were begun lately. */
  #isQuiet(): boolean {
    const nowMs = performance.now()
    if (nowMs - this.#begun.sinceMs >= 1000) this.#begun = { sinceMs: nowMs, count: 0 }
    return this.#short < SHORT_MAX && ++this.#begun.count <= SHORT_PER_SECOND_MAX
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    })
    worker.on('message', (message: FromThread) => {
      const waiting = this.#waiting.get(message.id)
      if ('error' in message) waiting?.reject(failed(message.error))
      else waiting?.resolve(message.answer as never)
    })
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () => this.#lost(worker, undefined))
    return worker
  }

  /** Nothing waits: the thread keeps no process alive, and ends when it stays like that. */
  #rest(worker: Worker): void {
    worker.unref()
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref()
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #lost(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#failAll(new NodeError('thread-failed', 'the work thread ended by itself', {}, { cause }))
  }

  #failAll(error: NodeError): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  #post(worker: Worker, message: ToThread): void {
    worker.postMessage(message)
  }
}

const stopped = (): NodeError => new NodeError('not-running', 'the node is stopped; start it first')
const failed = (detail: string): NodeError => new NodeError('thread-failed', `the work thread failed: ${detail}`)
