import {
  formatJavaDate,
  type JsonText,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  toHex,
} from '@minipolis/minima'
import type { HookEvent } from '../../rpc/webhooks/webhooks.ts'
import { type MaximaEvent, type ReceivedMessage, receivedMessage } from '../events.ts'
import { type HostView, hostAddressText } from '../hosts.ts'
import type { MaximaMessage } from '../message.ts'
import type { MaximaChain } from '../parts.ts'
import type { Contact } from '../store.ts'

type Members = (readonly [name: string, value: JsonText])[]

/** Members of a message as commands and events show them. */
export const messageMembers = (message: MaximaMessage, id: Uint8Array): Members => members(receivedMessage(message, id))

const members = ({ id, from, to, timeMs, random, application, data }: ReceivedMessage): Members => [
  ['from', jsonString(from)],
  ['to', jsonString(to)],
  ['time', jsonString(formatJavaDate(timeMs))],
  ['timemilli', jsonNumber(timeMs)],
  ['random', jsonString(random)],
  ['application', jsonString(application)],
  ['data', jsonString(toHex(data))],
  ['msgid', jsonString(id)],
]

/** An event for web hooks; undefined for those that the reference does not have. Source: spec 07 section 9 */
export function maximaHookEvent(event: MaximaEvent): HookEvent | undefined {
  switch (event.kind) {
    case 'message':
      return { name: 'MAXIMA', data: jsonObject(members(event.message)) }
    case 'host': {
      const data = jsonObject([
        ['host', jsonString(event.host)],
        ['connected', jsonBoolean(event.isConnected)],
      ])
      return { name: 'MAXIMAHOSTS', data }
    }
    case 'contacts':
      return { name: 'MAXIMACONTACTS', data: jsonObject([]) }
    case 'posted':
      return undefined
  }
}

export const hostJson = (host: HostView): JsonText =>
  jsonObject([
    ['host', jsonString(host.address)],
    ['public', jsonString(toHex(host.key.publicKey))],
    ['lastseen', jsonString(formatJavaDate(BigInt(host.seenMs)))],
    ['connected', jsonBoolean(host.isConnected)],
    ['address', jsonString(hostAddressText(host))],
  ])

const contactMembers = (contact: Contact): Members => [
  ['id', jsonNumber(contact.id)],
  ['publickey', jsonString(contact.publicKey)],
  ['currentaddress', jsonString(contact.address)],
  ['myaddress', jsonString(contact.myAddress)],
  ['lastseen', jsonNumber(contact.seenMs)],
  ['date', jsonString(formatJavaDate(BigInt(contact.seenMs)))],
  [
    'extradata',
    jsonObject([
      ['name', jsonString(contact.name)],
      ['icon', jsonString(contact.icon)],
      ['minimaaddress', jsonString(contact.minimaAddress)],
      ['topblock', jsonString(contact.topBlock)],
      ['checkblock', jsonString(contact.checkBlock)],
      ['checkhash', jsonString(contact.checkHash)],
      ['mls', jsonString(contact.locationService)],
    ]),
  ],
]

export const contactJson = (contact: Contact): JsonText => jsonObject(contactMembers(contact))

/** With what this node's chain says of it. */
export const listedContactJson = (contact: Contact, chain: MaximaChain): JsonText =>
  jsonObject([
    ...contactMembers(contact),
    ['chaintip', jsonString(String(chain.tip()?.number ?? 0))],
    ['samechain', jsonBoolean(isSameChain(contact, chain))],
  ])

function isSameChain({ checkBlock, checkHash }: Contact, chain: MaximaChain): boolean {
  const number = Number(checkBlock)
  const id = Number.isSafeInteger(number) ? chain.blockId(number) : undefined
  return id !== undefined && id === checkHash
}
