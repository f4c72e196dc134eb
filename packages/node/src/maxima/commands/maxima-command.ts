import {
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  MinipolisError,
  printJson,
  utf8,
} from '@minipolis/minima'
import {
  type Command,
  flagParameter,
  numberParameter,
  type ReplyMembers,
  respond,
  respondText,
  textParameter,
} from '../../rpc/command.ts'
import { bytesOfText } from '../../rpc/commands/hash.ts'
import type { Arguments } from '../../rpc/line/arguments.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import { formatMaximaAddress, looksLikeAddress, PERMANENT_START } from '../address.ts'
import type { Maxima, PreparedMessage } from '../maxima.ts'
import { MaximaError } from '../maxima-error.ts'
import type { Content } from '../message.ts'
import { OUTBOX_MS_MAX } from '../outbox.ts'
import type { DeliveryStatus } from '../sender.ts'
import type { MaximaTarget } from '../targets.ts'
import { hostJson, messageMembers } from './maxima-json.ts'

/** Longest wait before a message is sent: it must still arrive within a day of its time. */
const DELAY_MS_MAX = OUTBOX_MS_MAX
const CONTACT_IDS_MAX = Number.MAX_SAFE_INTEGER

/** Who this node is, and sending. Source: spec 07 section 8, spec 08 section 10 */
export const createMaximaCommand = (maxima: Maxima): Command => ({
  name: 'maxima',
  summary: 'Messages between nodes: who this node is, and sending',
  access: 'write',
  parameters: [
    textParameter('action', 'info (default), setname, seticon, hosts, refresh, send or sendall'),
    textParameter('name', 'for setname'),
    textParameter('icon', 'for seticon'),
    numberParameter('id', 'number of the contact to send to'),
    textParameter('to', 'address to send to, Mx…@host:port or MAX#…'),
    textParameter('publickey', 'main key of the contact to send to, or of this node'),
    textParameter('application', 'name by which the receiver finds its messages'),
    textParameter('data', '0x is bytes, everything else text'),
    flagParameter('poll', 'queue the message instead of waiting'),
    numberParameter('delay', 'milliseconds to wait before a queued message is sent'),
    textParameter('host', 'not used'),
  ],
  examples: ['maxima', 'maxima action:setname name:lamps', 'maxima action:send id:1 application:city data:hello'],
  run: ({ arguments: args }) => runMaxima(maxima, args),
})

async function runMaxima(maxima: Maxima, args: Arguments): Promise<ReplyMembers> {
  const action = args.text('action', 'info')
  switch (action) {
    case 'info':
      return respond(infoJson(maxima))
    case 'setname':
      return respond(jsonObject([['name', jsonString(maxima.profile.setName(args.text('name')))]]))
    case 'seticon': {
      const icon = args.text('icon')
      maxima.profile.setIcon(icon)
      return respond(jsonObject([['icon', jsonString(icon)]]))
    }
    case 'hosts':
      return respond(jsonObject([['hosts', jsonArray(maxima.hosts.list().map(hostJson))]]))
    case 'refresh':
      maxima.lookAround()
      return respondText('Update message sent to all contacts')
    case 'send':
      return respond(await send(maxima, args))
    case 'sendall':
      return respondText(sendAll(maxima, args))
    default:
      throw new RpcError('bad-parameter', `Unknown Action : ${action}`)
  }
}

const infoJson = (maxima: Maxima): JsonText =>
  jsonObject([
    ['name', jsonString(maxima.profile.name)],
    ['icon', jsonString(maxima.profile.icon)],
    ['publickey', jsonString(maxima.publicKey)],
    ['mxpublickey', jsonString(maxima.mxPublicKey)],
    ['staticmls', jsonBoolean(maxima.locations.isFixed)],
    ['mls', jsonString(maxima.locations.service())],
    ['localidentity', jsonString(maxima.ownService('local'))],
    ['p2pidentity', jsonString(maxima.ownService('public'))],
    ['contact', jsonString(formatMaximaAddress(maxima.ownAddress()))],
    ['logs', jsonBoolean(false)],
    ['poll', jsonNumber(maxima.waiting)],
  ])

async function send(maxima: Maxima, args: Arguments): Promise<JsonText> {
  const hasTarget = args.has('to') || args.has('id') || args.has('publickey')
  if (!hasTarget || !args.has('application') || !args.has('data')) {
    const rule = 'MUST specify to|id|publickey, application and data for a send command'
    throw new RpcError('bad-parameter', rule)
  }
  const target = targetOf(args)
  const prepared = await maxima.prepare(target, contentOf(args))
  const isPolled = args.flag('poll', false)
  const delayMs = isPolled ? args.count('delay', 0, DELAY_MS_MAX) : 0
  const members = [
    ...messageMembers(prepared.message, prepared.id),
    ['poll', jsonBoolean(isPolled)] as const,
    ['delay', jsonNumber(delayMs)] as const,
  ]
  if (!isPolled) return jsonObject([...members, ...(await deliver(maxima, prepared))])
  // A permanent address was looked up already: the queue keeps what it led to.
  const kept = 'address' in target ? { address: formatMaximaAddress(prepared.address) } : target
  maxima.postPrepared({ target: kept, message: prepared.message }, { delayMs })
  const note = `Message added to send stack${delayMs > 0 ? ' with a delay' : ''}..`
  return jsonObject([...members, ['message', jsonString(note)]])
}

type Members = (readonly [name: string, value: JsonText])[]

/** Sends a message and says what became of it, as the commands show it. */
export async function deliver(maxima: Maxima, prepared: PreparedMessage): Promise<Members> {
  try {
    const { status, creationMs, sendingMs } = await maxima.sendPrepared(prepared)
    return [
      ['delivered', jsonBoolean(status === 'ok')],
      ['creation', jsonNumber(creationMs)],
      ['sending', jsonNumber(sendingMs)],
      ...(status === 'ok' ? [] : [['error', jsonString(FAULTS[status])] as const]),
    ]
  } catch (error) {
    if (!(error instanceof MinipolisError)) throw error
    const isTooLarge = error instanceof MaximaError && error.code === 'too-large'
    return [
      ['delivered', jsonBoolean(false)],
      ['error', jsonString(isTooLarge ? FAULTS['too-big'] : error.message)],
    ]
  }
}

/** In the words of the reference, spelling included. */
const FAULTS: Readonly<Record<Exclude<DeliveryStatus, 'ok'>, string>> = {
  'too-big': 'Maxima Mesasge too big',
  unknown: 'Unknown Address',
  'wrong-hash': 'TxPoW Hash wrong',
  fail: 'Not delivered',
}

function sendAll(maxima: Maxima, args: Arguments): string {
  if (!args.has('application') || !args.has('data')) {
    throw new RpcError('bad-parameter', 'MUST specify application and data for a sendall command')
  }
  const content = contentOf(args)
  const delayMs = args.count('delay', 0, DELAY_MS_MAX)
  for (const { publicKey } of maxima.contacts.heads()) maxima.post({ publicKey }, content, { delayMs })
  const note = 'Message added to send stack for all contacts'
  return delayMs > 0 ? `${note} with a delay of ${delayMs}` : note
}

function targetOf(args: Arguments): MaximaTarget {
  if (args.has('to')) return { address: addressText(args.text('to')) }
  if (args.has('publickey')) return { publicKey: args.text('publickey') }
  return { contact: args.count('id', 0, CONTACT_IDS_MAX) }
}

/** @throws RpcError `bad-parameter` */
export function addressText(text: string): string {
  if (text.startsWith(PERMANENT_START) || looksLikeAddress(text)) return text
  throw new RpcError('bad-parameter', `Invalid MX address : ${text}`)
}

/** JSON as its text, `0x…` as bytes, anything else as its characters. */
const contentOf = (args: Arguments): Content => {
  const value = args.value('data')
  const data =
    typeof value === 'string' || value === undefined ? bytesOfText(args.text('data')) : utf8(printJson(value))
  return { application: args.text('application'), data }
}
