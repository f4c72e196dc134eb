import { type JsonText, jsonArray, jsonBoolean, jsonNumber, jsonObject, jsonString, toHex } from '@minipolis/minima'
import { type Command, flagParameter, passwordParameter, respond, textParameter } from '../command.ts'
import { MAIN_USER, type Users } from '../http/users.ts'
import { RpcError } from '../rpc-error.ts'

/** What the command shows of the interface it is called through. */
export interface RpcFacts {
  readonly users: Users
  readonly isTls: boolean
  /** DER of the certificate's public key; empty without TLS. */
  readonly tlsPublicKey: Uint8Array
}

export const createRpcCommand = (facts: RpcFacts): Command => ({
  name: 'rpc',
  summary: 'This interface and its users',
  access: 'write',
  parameters: [
    flagParameter('enable', 'set when the node starts, not here'),
    flagParameter('ssl', 'set when the node starts, not here'),
    passwordParameter('password', 'adduser: the password'),
    textParameter('action', 'adduser, removeuser, listusers'),
    textParameter('username', 'adduser, removeuser: the user'),
    textParameter('mode', 'adduser: read or write'),
  ],
  async run({ node, arguments: args }) {
    const { users } = facts
    if (args.has('enable'))
      throw new RpcError('unavailable', 'this interface is set up when the node starts, not by a command')
    const action = args.text('action', '')
    if (action === 'adduser') {
      if (!users.hasMainPassword)
        throw new RpcError(
          'refused',
          'You must set a default RPC password (for user minima) via -rpcpassword to add extra users',
        )
      const mode = args.text('mode').toLowerCase()
      if (mode !== 'read' && mode !== 'write')
        throw new RpcError('bad-parameter', 'RPC User mode MUST be either read or write')
      await users.add(args.text('username'), args.text('password'), mode)
    } else if (action === 'removeuser') users.remove(args.text('username'))
    const listed = users.list().map(
      ({ name, mode }): JsonText =>
        jsonObject([
          ['username', jsonString(name)],
          ['mode', jsonString(mode)],
        ]),
    )
    return respond(
      jsonObject([
        ['enabled', jsonBoolean(true)],
        ['port', jsonNumber(node.rpcPort)],
        ['ssl', jsonBoolean(facts.isTls)],
        ['sslpubkey', jsonString(toHex(facts.tlsPublicKey))],
        ['authenticate', jsonBoolean(users.isDemanded)],
        ['username', jsonString(MAIN_USER)],
        ['password', jsonString('***')],
        ['rpcusers', action === 'listusers' ? jsonArray(listed) : jsonNumber(listed.length)],
      ]),
    )
  },
})
