import { MaximaError } from './maxima-error.ts'

export interface TurnLimits {
  /** Run at the same time, in all and per name. */
  readonly total: number
  readonly perName: number
  /** May wait. */
  readonly waiting: number
}

/** Lets so many run at the same time, in all and per name, and the others wait in order. */
export class Turns {
  readonly #limits: TurnLimits
  readonly #running = new Map<string, number>()
  readonly #waiting: { readonly name: string; readonly begin: () => void }[] = []
  #total = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** @throws MaximaError `queue-full`, and what `work` throws */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!this.#isFree(name)) {
      if (this.#waiting.length >= this.#limits.waiting) {
        throw new MaximaError('queue-full', `${this.#limits.waiting} messages wait to be sent; try again later`)
      }
      await new Promise<void>((begin) => this.#waiting.push({ name, begin }))
    } else this.#take(name)
    try {
      return await work()
    } finally {
      this.#release(name)
    }
  }

  #isFree(name: string): boolean {
    return this.#total < this.#limits.total && (this.#running.get(name) ?? 0) < this.#limits.perName
  }

  #take(name: string): void {
    this.#total++
    this.#running.set(name, (this.#running.get(name) ?? 0) + 1)
  }

  #release(name: string): void {
    this.#total--
    const left = this.#running.get(name)! - 1
    if (left > 0) this.#running.set(name, left)
    else this.#running.delete(name)
    const next = this.#waiting.findIndex((turn) => this.#isFree(turn.name))
    if (next < 0) return
    const [turn] = this.#waiting.splice(next, 1)
    this.#take(turn!.name)
    turn!.begin()
  }
}
