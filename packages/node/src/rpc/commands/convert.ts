import {
  formatMxAddress,
  fromHex,
  fromUtf8,
  jsonObject,
  jsonString,
  parseMxAddress,
  toHex,
  utf8,
} from '@minipolis/minima'
import { type Command, REQUIRED, respond, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'

const readers: ReadonlyMap<string, (text: string) => Uint8Array> = new Map([
  ['hex', fromHex],
  ['mx', parseMxAddress],
  ['string', utf8],
  ['base64', fromBase64],
])

const writers: ReadonlyMap<string, (bytes: Uint8Array) => string> = new Map([
  ['hex', toHex],
  ['mx', formatMxAddress],
  ['string', fromUtf8],
  ['base64', (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')],
])

export const convert: Command = {
  name: 'convert',
  summary: 'Write data in another form: hex, mx, string or base64',
  access: 'read',
  parameters: [
    textParameter('from', 'hex, mx, string or base64', REQUIRED),
    textParameter('to', 'hex, mx, string or base64', REQUIRED),
    textParameter('data', 'what to convert', REQUIRED),
  ],
  examples: ['convert from:string to:hex data:"hello world"'],
  run({ arguments: args }) {
    const from = args.text('from').toLowerCase()
    const to = args.text('to').toLowerCase()
    const read = readers.get(from)
    if (read === undefined) throw new RpcError('bad-parameter', `Invalid FROM type : ${from}`)
    const bytes = read(args.textOrJson('data'))
    const write = writers.get(to)
    if (write === undefined) throw new RpcError('bad-parameter', `Invalid TO type : ${to}`)
    return respond(jsonObject([['conversion', jsonString(write(bytes))]]))
  },
}

function fromBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 === 1) {
    throw new RpcError('bad-parameter', `not a base64 text : ${text.slice(0, 40)}`)
  }
  return new Uint8Array(Buffer.from(text, 'base64'))
}
