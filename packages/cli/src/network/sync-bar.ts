import type { SyncProgress } from '@minipolis/node'
import { type Progress, startProgress } from '../terminal/progress.ts'
import { grouped } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** The bar that shows a chain being taken from a peer, one bar for each download. */
export class SyncBar {
  readonly #terminal: Terminal
  #bar: Progress | undefined
  #total = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  update({ peer, done, total, number }: SyncProgress): void {
    if (total !== this.#total) this.stop()
    if (done < total) {
      this.#bar ??= startProgress(this.#terminal, `taking the chain from ${peer}`, total)
      this.#total = total
      this.#bar.update(done, `block ${grouped(number)}`)
    } else this.stop()
  }

  stop(): void {
    this.#bar?.stop()
    this.#bar = undefined
  }
}
