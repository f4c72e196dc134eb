import type { CommandLoaders } from '../../rpc/registry.ts'
import type { Maxima } from '../maxima.ts'
import type { MaximaChain } from '../parts.ts'

export { maximaHookEvent } from './maxima-json.ts'

const files = {
  contacts: () => import('./contacts-command.ts'),
  encryption: () => import('./encryption-commands.ts'),
  extra: () => import('./extra-command.ts'),
  maxima: () => import('./maxima-command.ts'),
}

/** Loads the files of all these commands. */
export const loadMaximaCommands = (): Promise<unknown> => Promise.all(Object.values(files).map((load) => load()))

/** The commands of messaging, for the registry of commands. */
export const maximaCommands = (maxima: Maxima, chain: MaximaChain): CommandLoaders => ({
  maxcontacts: async () => (await files.contacts()).createContactsCommand(maxima, chain),
  maxdecrypt: async () => (await files.encryption()).createDecryptCommand(maxima),
  maxencrypt: async () => (await files.encryption()).maxencrypt,
  maxextra: async () => (await files.extra()).createExtraCommand(maxima),
  maxima: async () => (await files.maxima()).createMaximaCommand(maxima),
  maxmessage: async () => (await files.encryption()).createMessageCommand(maxima),
})

/** What other commands ask of messaging: the key that signs messages, and how many hosts and contacts there are. */
export const messagingOf = (
  maxima: Maxima,
): { privateKey(): Uint8Array; counts(): { readonly hosts: number; readonly contacts: number } } => ({
  privateKey: () => maxima.privateKey,
  counts: () => ({
    hosts: maxima.hosts.list().filter(({ isConnected }) => isConnected).length,
    contacts: maxima.contacts.count,
  }),
})
