import {
  formatMxAddress,
  fromHex,
  jsonBoolean,
  jsonObject,
  jsonString,
  signedByAddress,
  toHex,
} from '@minipolis/minima'
import { addressParameter, type Command, REQUIRED, respond } from '../command.ts'
import { RpcError } from '../rpc-error.ts'
import { insistRoomForScript, scriptRowJson } from './script-row.ts'

/** Characters of a 32-byte address in hex. */
const ADDRESS_LENGTH = 66

export const getaddress: Command = {
  name: 'getaddress',
  summary: 'One of the default addresses to receive at, drawn at random',
  access: 'read',
  parameters: [],
  async run({ node }) {
    return respond(scriptRowJson(node, await node.wallet.address()))
  },
}

export const newaddress: Command = {
  name: 'newaddress',
  summary: 'Make a new key with its address; addresses need not be used once only',
  access: 'read',
  parameters: [],
  async run({ node }) {
    insistRoomForScript(node)
    const { publicKey } = await node.wallet.keys.another()
    return respond(scriptRowJson(node, toHex(signedByAddress(publicKey))))
  },
}

export const checkaddress: Command = {
  name: 'checkaddress',
  summary: 'Check an address and show it in both forms',
  access: 'read',
  parameters: [addressParameter('address', 'Mx… or 0x…', REQUIRED)],
  run({ node, arguments: args }) {
    const address = args.address('address')
    if (!address.startsWith('0x')) throw new RpcError('bad-parameter', 'Address does not start with 0x or Mx')
    if (address.length !== ADDRESS_LENGTH) {
      const length = `Invalid Length for 0x address should be ${ADDRESS_LENGTH} chars long : ${address.length}`
      throw new RpcError('bad-parameter', length)
    }
    const script = node.wallet.scripts.get(address)
    return respond(
      jsonObject([
        ['original', jsonString(address)],
        ['0x', jsonString(address)],
        ['Mx', jsonString(formatMxAddress(fromHex(address)))],
        ['relevant', jsonBoolean(script?.track ?? false)],
        ['simple', jsonBoolean(script?.publicKey !== undefined)],
      ]),
    )
  },
}
