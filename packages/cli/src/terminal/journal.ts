import { createRequire } from 'node:module'
import type { Logger } from 'pino'

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** The least that is written; `silent` writes nothing. */
export type JournalLevel = (typeof levels)[number]

/**
 * What a long run tells of itself, a line of JSON each. Pino, which writes them, is loaded for the first line: a node in good
 * health never needs its thirty modules, 1 MB.
 */
export class Journal {
  readonly #level: JournalLevel
  readonly #write: (line: string) => void
  #pino: Logger | undefined

  constructor(level: JournalLevel, write: (line: string) => void) {
    this.#level = level
    this.#write = write
  }

  /** @param facts fields of the line; `err` is told with its stack */
  info(facts: object, message: string): void {
    if (this.#tells('info')) this.#logger().info(facts, message)
  }

  /** @param facts as for `info` */
  warn(facts: object, message: string): void {
    if (this.#tells('warn')) this.#logger().warn(facts, message)
  }

  #tells(level: JournalLevel): boolean {
    return levels.indexOf(level) >= levels.indexOf(this.#level)
  }

  #logger(): Logger {
    if (this.#pino === undefined) {
      const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino')
      this.#pino = pino({ level: this.#level }, { write: this.#write })
    }
    return this.#pino
  }
}
