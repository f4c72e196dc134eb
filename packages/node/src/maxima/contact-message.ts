import {
  fromUtf8,
  type JsonObject,
  type JsonValue,
  MiniNumber,
  NumberError,
  parseJson,
  printJson,
  utf8,
} from '@minipolis/minima'
import { ADDRESS_LENGTH_MAX } from './address.ts'
import { MaximaError } from './maxima-error.ts'

/** Longest name that is kept. UTF-16 units. */
export const NAME_LENGTH_MAX = 64
/** Longest icon that is kept: a picture as text. */
export const ICON_LENGTH_MAX = 32 * 1024
/** Longest key as hex text that a contact may have; the reference cannot keep longer ones. */
export const CONTACT_KEY_LENGTH_MAX = 512
const SHORT_TEXT_MAX = 200

/** What a node tells its contacts about itself. */
export interface ContactCard {
  /** Where to send to, `Mx…@host:port`. */
  readonly address: string
  readonly name: string
  readonly icon: string
  /** An address of the wallet, `Mx…`. */
  readonly minimaAddress: string
  readonly topBlock: string
  /** Number and id of a block some way below the tip, to see whether both are on one chain. */
  readonly checkBlock: string
  readonly checkHash: string
  /** Address of the location service, or empty. */
  readonly locationService: string
}

/** Source: spec 07 section 6 */
export type ContactMessage =
  /** `isIntro`: an answer is wanted. */
  | { readonly kind: 'card'; readonly publicKey: string; readonly isIntro: boolean; readonly card: ContactCard }
  | { readonly kind: 'delete'; readonly publicKey: string }

/** Quotes and semicolons are taken out of names, as in the reference. */
export const cleanName = (name: string): string => name.replace(/["';]/g, '').slice(0, NAME_LENGTH_MAX)

/** UTF-8 of JSON, keys in the order of the reference. */
export function printContactMessage(message: ContactMessage): Uint8Array {
  const isDelete = message.kind === 'delete'
  const card = isDelete ? FAREWELL : message.card
  return utf8(
    printJson(
      new Map<string, JsonValue>([
        ['delete', isDelete],
        ['intro', !isDelete && message.isIntro],
        ['publickey', message.publicKey],
        ['address', card.address],
        ['name', card.name],
        ...(isDelete ? [] : ([['icon', card.icon]] as const)),
        ['minimaaddress', card.minimaAddress],
        ['topblock', card.topBlock],
        ['checkblock', card.checkBlock],
        ['checkhash', card.checkHash],
        ['mls', card.locationService],
      ]),
    ),
  )
}

const FAREWELL: ContactCard = {
  address: '',
  name: '',
  icon: '',
  minimaAddress: 'Mx00',
  topBlock: '0',
  checkBlock: '0',
  checkHash: '0x00',
  locationService: '',
}

/** Reads what a stranger may have written; what is too long for its purpose is cut or left out. @throws MaximaError `bad-contact` */
export function parseContactMessage(bytes: Uint8Array): ContactMessage {
  const parsed = parseJson(fromUtf8(bytes))
  const fields = parsed.kind === 'value' && parsed.value instanceof Map ? (parsed.value as JsonObject) : undefined
  if (fields === undefined) throw badContact('is no JSON object')
  const publicKey = textOf(fields, 'publickey', CONTACT_KEY_LENGTH_MAX)
  if (flagOf(fields, 'delete')) return { kind: 'delete', publicKey }
  const icon = fields.get('icon')
  const name = fields.get('name')
  return {
    kind: 'card',
    publicKey,
    isIntro: flagOf(fields, 'intro'),
    card: {
      address: textOf(fields, 'address', ADDRESS_LENGTH_MAX),
      name: typeof name === 'string' ? cleanName(name) : '',
      icon: typeof icon === 'string' && icon.length <= ICON_LENGTH_MAX ? icon.replace(/["';]/g, '') : '',
      minimaAddress: textOf(fields, 'minimaaddress', SHORT_TEXT_MAX),
      topBlock: numberOf(fields, 'topblock'),
      checkBlock: numberOf(fields, 'checkblock'),
      checkHash: textOf(fields, 'checkhash', SHORT_TEXT_MAX),
      locationService: textOf(fields, 'mls', ADDRESS_LENGTH_MAX),
    },
  }
}

function textOf(fields: JsonObject, name: string, lengthMax: number): string {
  const value = fields.get(name)
  if (typeof value === 'string' && value.length <= lengthMax) return value
  throw badContact(`needs a text of at most ${lengthMax} characters under ${name}`)
}

function flagOf(fields: JsonObject, name: string): boolean {
  const value = fields.get(name)
  if (typeof value === 'boolean') return value
  throw badContact(`needs true or false under ${name}`)
}

function numberOf(fields: JsonObject, name: string): string {
  const text = textOf(fields, name, SHORT_TEXT_MAX)
  try {
    return MiniNumber.parse(text).toString()
  } catch (error) {
    if (error instanceof NumberError) throw badContact(`needs a number under ${name}`)
    throw error
  }
}

const badContact = (fault: string): MaximaError => new MaximaError('bad-contact', `the contact message ${fault}`)
