import { type JsonText, jsonArray, jsonBoolean, jsonObject, jsonString, toHex } from '@minipolis/minima'
import {
  type Command,
  flagParameter,
  hexParameter,
  REQUIRED,
  type ReplyMembers,
  respond,
  respondText,
  textParameter,
} from '../../rpc/command.ts'
import type { Arguments } from '../../rpc/line/arguments.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import { formatMaximaAddress, looksLikeAddress, PERMANENT_START, parsePermanentAddress } from '../address.ts'
import type { Maxima } from '../maxima.ts'
import { MaximaError } from '../maxima-error.ts'

/** Location services and who may become a contact. Source: spec 07 section 8 */
export const createExtraCommand = (maxima: Maxima): Command => ({
  name: 'maxextra',
  summary: 'Location services of Maxima, and who may become a contact',
  access: 'write',
  parameters: [
    textParameter(
      'action',
      'staticmls, addpermanent, removepermanent, listpermanent, clearpermanent, getaddress, mlsinfo, allowallcontacts, addallowed, listallowed or clearallowed',
      REQUIRED,
    ),
    hexParameter('publickey', 'a main key'),
    textParameter('maxaddress', 'MAX#key#address of a location service'),
    flagParameter('enable', 'for allowallcontacts'),
    textParameter('host', 'address for staticmls, or clear'),
  ],
  examples: ['maxextra action:allowallcontacts enable:false', 'maxextra action:staticmls host:clear'],
  run: ({ arguments: args }) => runExtra(maxima, args),
})

async function runExtra(maxima: Maxima, args: Arguments): Promise<ReplyMembers> {
  const { profile, contacts } = maxima
  const action = args.text('action')
  switch (action) {
    case 'staticmls':
      return answer(...fixService(maxima, args.text('host')))
    case 'addpermanent': {
      const key = args.hex('publickey')
      profile.setPermanentKeys([...profile.permanentKeys, key])
      return respondText(`Added Permanent Maxima ID : ${key}`)
    }
    case 'removepermanent': {
      const key = args.hex('publickey')
      profile.setPermanentKeys(profile.permanentKeys.filter((one) => one !== key))
      return respondText(`Removed Permanent Maxima ID : ${key}`)
    }
    case 'clearpermanent':
      profile.setPermanentKeys([])
      return respondText('Cleared ALL Permanent Maxima ID')
    case 'listpermanent':
      return respond(jsonArray(profile.permanentKeys.map(jsonString)))
    case 'getaddress':
      return answer(...(await lookUp(maxima, args.text('maxaddress'))))
    case 'mlsinfo':
      return answer(['mlsservice', jsonArray([...maxima.registry.entries()].map(locationJson))])
    case 'allowallcontacts': {
      const isOpen = args.flag('enable')
      contacts.setOpen(isOpen)
      return answer(['allowallcontacts', jsonBoolean(isOpen)])
    }
    case 'addallowed': {
      const key = args.hex('publickey')
      contacts.allow(key)
      return answer(['added', jsonString(key)])
    }
    case 'clearallowed':
      contacts.clearAllowed()
      return answer(['allowed', jsonArray([])])
    case 'listallowed':
      return answer(['allowed', jsonArray(contacts.allowed.map(jsonString))])
    default:
      throw new RpcError('bad-parameter', `Unknown action : ${action}`)
  }
}

type Member = readonly [name: string, value: JsonText]

const answer = (...members: Member[]): ReplyMembers => respond(jsonObject(members))

function fixService(maxima: Maxima, host: string): Member[] {
  if (host !== 'clear' && !looksLikeAddress(host)) {
    throw new RpcError('bad-parameter', 'Invalid MLS address : MUST be of type Mx..@host:port')
  }
  maxima.locations.fix(host === 'clear' ? undefined : host)
  maxima.refresh()
  return [
    ['staticmls', jsonBoolean(maxima.locations.isFixed)],
    ['mls', jsonString(maxima.locations.service())],
  ]
}

async function lookUp(maxima: Maxima, text: string): Promise<Member[]> {
  if (!text.startsWith(PERMANENT_START)) {
    const rule = 'Permanent address MUST start with MAX# .. format MAX#PUBKEY#MLS_ADDRESS'
    throw new RpcError('bad-parameter', rule)
  }
  const { key, service } = parsePermanentAddress(text)
  const head: Member[] = [
    ['publickey', jsonString(toHex(key))],
    ['mls', jsonString(formatMaximaAddress(service))],
  ]
  try {
    const { key: found, address, random } = await maxima.locations.lookUp(service, toHex(key))
    const response = jsonObject([
      ['publickey', jsonString(found)],
      ['address', jsonString(address)],
      // Spelled as the reference spells it.
      ['ranmdomuid', jsonString(random)],
    ])
    return [...head, ['success', jsonBoolean(true)], ['mlsresponse', response]]
  } catch (error) {
    if (!(error instanceof MaximaError)) throw error
    return [...head, ['success', jsonBoolean(false)], ['mlsresponse', jsonString('{}')]]
  }
}

const locationJson = ({
  key,
  address,
  allowed,
}: {
  key: string
  address: string
  allowed: readonly string[]
}): JsonText =>
  jsonObject([
    ['publickey', jsonString(key)],
    [
      'mlsallowed',
      jsonObject([
        ['maximaidentity', jsonString(address)],
        ['valid', jsonArray(allowed.map(jsonString))],
      ]),
    ],
  ])
