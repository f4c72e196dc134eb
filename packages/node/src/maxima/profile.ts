import { cleanName, ICON_LENGTH_MAX } from './contact-message.ts'
import { MaximaError } from './maxima-error.ts'
import type { MaximaStore } from './store.ts'

/** Keys whose address is told to everybody. */
export const PERMANENT_KEYS_MAX = 1000

/** What the owner says of this node and for whom its location service answers. */
export class Profile {
  readonly #store: Pick<MaximaStore, 'setting' | 'setSetting'>
  readonly #changed: () => void

  /** @param changed told when contacts should know */
  constructor(store: Pick<MaximaStore, 'setting' | 'setSetting'>, changed: () => void) {
    this.#store = store
    this.#changed = changed
  }

  get name(): string {
    return this.#store.setting('name') ?? 'noname'
  }

  /** Quotes and semicolons are taken out. @returns the name as it is kept */
  setName(name: string): string {
    const clean = cleanName(name)
    this.#store.setSetting('name', clean)
    this.#changed()
    return clean
  }

  get icon(): string {
    return this.#store.setting('icon') ?? '0x00'
  }

  /** @throws MaximaError `too-large` */
  setIcon(icon: string): void {
    if (icon.length > ICON_LENGTH_MAX) {
      throw new MaximaError('too-large', `an icon has at most ${ICON_LENGTH_MAX} characters`)
    }
    this.#store.setSetting('icon', icon)
    this.#changed()
  }

  /** Main keys, upper-case hex, whose address this node's location service tells to everybody. */
  get permanentKeys(): readonly string[] {
    return (this.#store.setting('permanent-keys') ?? '').split(' ').filter((key) => key !== '')
  }

  /** @throws MaximaError `too-large` */
  setPermanentKeys(keys: readonly string[]): void {
    if (keys.length > PERMANENT_KEYS_MAX) {
      throw new MaximaError('too-large', `at most ${PERMANENT_KEYS_MAX} keys can be permanent`)
    }
    this.#store.setSetting('permanent-keys', [...new Set(keys)].join(' '))
  }
}
