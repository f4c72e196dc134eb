import type { Command } from '../../rpc/command.ts'
import type { Maxima } from '../maxima.ts'
import type { MaximaChain } from '../parts.ts'
import { createContactsCommand } from './contacts-command.ts'
import { createEncryptionCommands } from './encryption-commands.ts'
import { createExtraCommand } from './extra-command.ts'
import { createMaximaCommand } from './maxima-command.ts'

export { maximaHookEvent } from './maxima-json.ts'

/** The commands of messaging, for the registry of commands. */
export const createMaximaCommands = (maxima: Maxima, chain: MaximaChain): Command[] => [
  createMaximaCommand(maxima),
  createContactsCommand(maxima, chain),
  createExtraCommand(maxima),
  ...createEncryptionCommands(maxima),
]

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
