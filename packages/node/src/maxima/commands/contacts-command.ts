import {
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  MinipolisError,
} from '@minipolis/minima'
import { type Command, numberParameter, type ReplyMembers, respond, textParameter } from '../../rpc/command.ts'
import type { Arguments } from '../../rpc/line/arguments.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import type { Maxima } from '../maxima.ts'
import type { MaximaChain } from '../parts.ts'
import type { Contact } from '../store.ts'
import { addressText, deliver } from './maxima-command.ts'
import { contactJson, listedContactJson, messageMembers } from './maxima-json.ts'

const IDS_MAX = Number.MAX_SAFE_INTEGER
/** Contacts that one import adds. */
const IMPORT_MAX = 100

/** The contacts of this node. Source: spec 07 section 8, spec 08 section 10 */
export const createContactsCommand = (maxima: Maxima, chain: MaximaChain): Command => ({
  name: 'maxcontacts',
  summary: 'Contacts of this node',
  access: 'write',
  parameters: [
    textParameter('action', 'list (default), add, remove, search, clear, export or import'),
    textParameter('contact', 'address of whom to add, Mx…@host:port or MAX#…'),
    numberParameter('id', 'number of a contact'),
    textParameter('publickey', 'main key of a contact'),
    textParameter('contactlist', 'addresses to import, with commas between them'),
    textParameter('enable', 'not used'),
  ],
  examples: ['maxcontacts', 'maxcontacts action:add contact:MxG18H…@192.0.2.1:9001', 'maxcontacts action:remove id:1'],
  run: ({ arguments: args }) => runContacts(maxima, chain, args),
})

async function runContacts(maxima: Maxima, chain: MaximaChain, args: Arguments): Promise<ReplyMembers> {
  const action = args.text('action', 'list')
  const contacts = maxima.contacts.list()
  switch (action) {
    case 'list': {
      const list = jsonArray(contacts.map((contact) => listedContactJson(contact, chain)))
      return answer(['allowallcontacts', jsonBoolean(maxima.contacts.isOpen)], ['contacts', list])
    }
    case 'add':
      return answer(['maxima', await add(maxima, args.text('contact'))])
    case 'remove': {
      const id = args.text('id')
      const number = args.count('id', 0, IDS_MAX)
      // Nobody to remove is no error, as in the reference.
      if (contacts.some((contact) => contact.id === number)) await maxima.remove(number)
      return answer(['removed', jsonString(id)])
    }
    case 'search':
      return answer(['contact', contactJson(found(maxima, args))])
    case 'clear':
      for (const { id } of contacts) await maxima.remove(id)
      return answer(['found', jsonNumber(contacts.length)])
    case 'export':
      return answer(
        ['contacts', jsonNumber(contacts.length)],
        ['contactlist', jsonString(contacts.map(({ address }) => address).join(','))],
        ['message', jsonString('Maxima addresses change constantly - so import it immediately..')],
      )
    case 'import': {
      const added = await importAll(maxima, args.text('contactlist'))
      return answer(['size', jsonNumber(added.length)], ['contacts', jsonArray(added)])
    }
    default:
      throw new RpcError('bad-parameter', `Unknown action : ${action}`)
  }
}

const answer = (...members: (readonly [name: string, value: JsonText])[]): ReplyMembers => respond(jsonObject(members))

async function add(maxima: Maxima, text: string): Promise<JsonText> {
  const prepared = await maxima.prepareIntroduction({ address: addressText(text) })
  // The reference does not tell here how long it took.
  const outcome = (await deliver(maxima, prepared)).filter(([name]) => name === 'delivered' || name === 'error')
  return jsonObject([...messageMembers(prepared.message, prepared.id), ...outcome])
}

async function importAll(maxima: Maxima, list: string): Promise<JsonText[]> {
  const addresses = list
    .split(',')
    .map((text) => text.replaceAll(' ', ''))
    .filter((text) => text !== '')
  if (addresses.length > IMPORT_MAX) {
    throw new RpcError('too-much', `one import adds at most ${IMPORT_MAX} contacts, not ${addresses.length}`)
  }
  const results: JsonText[] = []
  for (const address of addresses) results.push(await importOne(maxima, address))
  return results
}

/** As the reply to `maxcontacts action:add`, which is what the reference runs for each. */
async function importOne(maxima: Maxima, address: string): Promise<JsonText> {
  const params = jsonObject([
    ['action', jsonString('add')],
    ['contact', jsonString(address)],
  ])
  const head = (ok: boolean): (readonly [name: string, value: JsonText])[] => [
    ['command', jsonString('maxcontacts')],
    ['params', params],
    ['status', jsonBoolean(ok)],
    ['pending', jsonBoolean(false)],
  ]
  try {
    const maximaJson = await add(maxima, address)
    return jsonObject([...head(true), ['response', jsonObject([['maxima', maximaJson]])]])
  } catch (error) {
    if (!(error instanceof MinipolisError)) throw error
    return jsonObject([...head(false), ['error', jsonString(error.message)]])
  }
}

function found(maxima: Maxima, args: Arguments): Contact {
  if (!args.has('publickey') && !args.has('id')) throw new RpcError('bad-parameter', 'Must specify id or publickey')
  const by = args.has('publickey') ? { publicKey: args.text('publickey') } : { id: args.count('id', 0, IDS_MAX) }
  const contact = maxima.contacts.find(by)
  if (contact === undefined) throw new RpcError('not-found', 'MaxContact not found')
  return contact
}
