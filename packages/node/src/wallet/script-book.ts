import { scriptAddress, signedByScript, toHex } from '@minipolis/minima'
import type { Interests } from '../chain/index.ts'
import { WalletError } from '../errors/index.ts'
import type { StoredScript, WalletStore } from '../store/index.ts'

/** No TxPoW could show a longer one. */
export const SCRIPT_LENGTH_MAX = 65_536

/** The scripts the wallet can show, and which addresses, keys and single coins it watches. All ids are hex. */
export class ScriptBook implements Interests {
  readonly #store: WalletStore
  readonly #scripts = new Map<string, StoredScript>()
  readonly #keys = new Set<string>()
  readonly #coins = new Map<string, boolean>()

  constructor(store: WalletStore) {
    this.#store = store
    for (const script of store.scripts()) this.#remember(script)
    for (const { coin, track } of store.watchedCoins()) this.#coins.set(toHex(coin), track)
  }

  isTracked(address: string): boolean {
    return this.#scripts.get(address)?.track ?? false
  }

  isKey(publicKey: string): boolean {
    return this.#keys.has(publicKey)
  }

  watchesCoin(coinId: Uint8Array): boolean | undefined {
    return this.#coins.size === 0 ? undefined : this.#coins.get(toHex(coinId))
  }

  /** Watches one coin, or stops to, whatever its address says. */
  watchCoin(coinId: Uint8Array, track: boolean): void {
    this.#store.setWatchedCoin(coinId, track)
    this.#coins.set(toHex(coinId), track)
  }

  get(address: string): StoredScript | undefined {
    return this.#scripts.get(address)
  }

  get size(): number {
    return this.#scripts.size
  }

  all(): StoredScript[] {
    return [...this.#scripts.values()]
  }

  /** Keeps the script and sets whether its coins are watched. @returns its address @throws WalletError `bad-script` */
  add(text: string, track: boolean): string {
    if (text.length === 0 || text.length > SCRIPT_LENGTH_MAX) {
      throw new WalletError('bad-script', `a script has 1 to ${SCRIPT_LENGTH_MAX} characters, not ${text.length}`)
    }
    return this.#save({ address: scriptAddress(text), text, publicKey: undefined, track })
  }

  /** Forgets a script; those of the wallet's keys stay. @returns whether it was there */
  remove(address: string): boolean {
    const script = this.#scripts.get(address)
    if (script === undefined || script.publicKey !== undefined) return false
    this.#store.removeScript(script.address)
    return this.#scripts.delete(address)
  }

  /** Keeps and watches the simple script of a wallet key. @returns its address */
  addKey(publicKey: Uint8Array): string {
    const text = signedByScript(publicKey)
    return this.#save({ address: scriptAddress(text), text, publicKey, track: true })
  }

  #save(script: StoredScript): string {
    const address = toHex(script.address)
    const known = this.#scripts.get(address)
    if (known !== undefined && (known.track === script.track || known.publicKey !== undefined)) return address
    this.#store.setScript(script)
    this.#remember(script)
    return address
  }

  #remember(script: StoredScript): void {
    this.#scripts.set(toHex(script.address), script)
    if (script.publicKey !== undefined) this.#keys.add(toHex(script.publicKey))
  }
}
