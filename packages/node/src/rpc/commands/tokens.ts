import {
  decode,
  encode,
  fromHex,
  type JsonText,
  jsonArray,
  jsonNumber,
  jsonObject,
  jsonString,
  Token,
  toHex,
  tokenId,
  tokenJson,
} from '@minipolis/minima'
import { findToken, knownTokens, MINIMA_ID, spelledId } from '../coins.ts'
import { type Command, hexParameter, respond, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'

/** Tokens that were imported and are kept, and the bytes of one: no transaction could show more. */
const IMPORTED_MAX = 1000
const TOKEN_BYTES_MAX = 65_536

const minimaJson: JsonText = jsonObject([
  ['name', jsonString('Minima')],
  ['tokenid', jsonString(MINIMA_ID)],
  ['total', jsonString('1000000000')],
  ['decimals', jsonNumber(44)],
  ['scale', jsonNumber(1)],
])

export const tokens: Command = {
  name: 'tokens',
  summary: 'List the tokens that are known, or export or import one',
  access: 'read',
  parameters: [
    hexParameter('tokenid', 'show only this token'),
    textParameter('action', 'export or import'),
    hexParameter('data', 'import: what export gave'),
  ],
  run({ node, state, arguments: args }) {
    const id = args.text('tokenid', '')
    const action = args.text('action', '')
    if (action === 'import') {
      const data = fromHex(args.text('data'))
      if (data.length > TOKEN_BYTES_MAX) throw new RpcError('too-much', `a token has at most ${TOKEN_BYTES_MAX} bytes`)
      const token = decode(Token, data)
      if (state.importedTokens.size >= IMPORTED_MAX)
        throw new RpcError('too-much', `${IMPORTED_MAX} tokens are imported already`)
      state.importedTokens.set(toHex(tokenId(token)), token)
      return respond(jsonObject([['token', tokenJson(token)]]))
    }
    if (action !== 'export' && id === '') {
      return respond(jsonArray([minimaJson, ...Array.from(knownTokens(node, state).values(), tokenJson)]))
    }
    const token = findToken(node, state, spelledId(id))
    if (token === undefined) throw new RpcError('not-found', `Token not found : ${id}`)
    if (action !== 'export') return respond(tokenJson(token))
    return respond(
      jsonObject([
        ['tokenid', jsonString(id)],
        ['data', jsonString(toHex(encode(Token, token)))],
      ]),
    )
  },
}
