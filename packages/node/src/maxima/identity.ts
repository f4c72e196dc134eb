import { createMaximaKey, type MaximaKey } from './rsa.ts'
import type { MaximaStore } from './store.ts'

/** The keys that a node keeps for life. */
export interface Identity {
  /** Signs every message; its public key is who this node is. */
  readonly main: MaximaKey
  /** For messages that come straight to this node: also the key of its location service. */
  readonly location: MaximaKey
}

/** Reads the keys, and makes those that are missing. */
export async function loadIdentity(store: Pick<MaximaStore, 'key' | 'setKey'>): Promise<Identity> {
  const load = async (name: 'main' | 'location'): Promise<MaximaKey> => {
    const known = store.key(name)
    if (known !== undefined) return known
    const made = await createMaximaKey()
    store.setKey(name, made)
    return made
  }
  return { main: await load('main'), location: await load('location') }
}
