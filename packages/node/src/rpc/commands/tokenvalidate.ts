import {
  bytesEqual,
  decode,
  fromHex,
  type JsonObject,
  type JsonText,
  jsonBoolean,
  jsonObject,
  jsonString,
  MinipolisError,
  parseJson,
  Signature,
  signatureRootKey,
  type Token,
  toHex,
  tokenId,
  trimControls,
  verifyTreeSignature,
} from '@minipolis/minima'
import { findToken, MINIMA_ID } from '../coins.ts'
import { type Command, hexParameter, REQUIRED, respond } from '../command.ts'
import { RpcError } from '../rpc-error.ts'
import { fetchWebFile } from '../web-file.ts'

export const tokenvalidate: Command = {
  name: 'tokenvalidate',
  summary: 'Check the signature of a token and the file it names',
  access: 'read',
  parameters: [hexParameter('tokenid', 'the token', REQUIRED)],
  async run({ node, state, arguments: args }) {
    const id = args.text('tokenid')
    if (id === MINIMA_ID) throw new RpcError('refused', 'The Main Minima Token 0x00 has no signature')
    const token = findToken(node, state, id)
    if (token === undefined) throw new RpcError('not-found', `Token not found : ${id}`)
    const parsed = parseJson(token.name)
    const name: JsonObject = parsed.kind === 'value' && parsed.value instanceof Map ? parsed.value : new Map()
    return respond(
      jsonObject([
        ['signature', signatureJson(token, name)],
        ['web', await webJson(token, name)],
      ]),
    )
  },
}

function signatureJson(token: Token, name: JsonObject): JsonText {
  const signedBy = name.get('signedby')
  const given = name.get('signature')
  if (typeof signedBy !== 'string' || typeof given !== 'string') return jsonObject([['signed', jsonBoolean(false)]])
  const signature = decode(Signature, fromHex(given))
  const root = signatureRootKey(signature)
  if (!bytesEqual(root, fromHex(signedBy))) {
    return jsonObject([
      ['signed', jsonBoolean(true)],
      ['valid', jsonBoolean(false)],
      ['reason', jsonString(`Public key does not match signedby : ${toHex(root)}`)],
    ])
  }
  const isValid = verifyTreeSignature(root, token.coinId, signature)
  return jsonObject([
    ['signed', jsonBoolean(true)],
    ['signedby', jsonString(toHex(fromHex(signedBy)))],
    ['valid', jsonBoolean(isValid)],
    ...(isValid ? [] : [['reason', jsonString('Signature fails')] as const]),
  ])
}

async function webJson(token: Token, name: JsonObject): Promise<JsonText> {
  const url = name.get('webvalidate')
  if (typeof url !== 'string') return jsonObject([['webvalidate', jsonBoolean(false)]])
  const id = toHex(tokenId(token))
  const reason = await whyNotAt(url, id)
  return jsonObject([
    ['webvalidate', jsonBoolean(true)],
    ['url', jsonString(url)],
    ['valid', jsonBoolean(reason === undefined)],
    ...(reason === undefined ? [] : [['reason', jsonString(reason)] as const]),
  ])
}

/** Undefined when the file at the address holds the id. */
async function whyNotAt(url: string, id: string): Promise<string | undefined> {
  try {
    const found = trimControls(await fetchWebFile(url))
    return found === id ? undefined : `Data in file does not match tokenid : ${found}`
  } catch (error) {
    if (!(error instanceof MinipolisError)) throw error
    return `Could not download web file : ${error.message}`
  }
}
