import {
  concatBytes,
  decode,
  encode,
  formatMxAddress,
  fromHex,
  type JsonText,
  jsonBoolean,
  jsonObject,
  jsonString,
  MiniNumber,
  MinipolisError,
  toHex,
} from '@minipolis/minima'
import {
  type Command,
  type CommandContext,
  hexParameter,
  type Parameter,
  REQUIRED,
  type ReplyMembers,
  respond,
  textParameter,
} from '../../rpc/command.ts'
import { bytesOfText } from '../../rpc/commands/hash.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import type { Maxima } from '../maxima.ts'
import { SealedText } from '../message.ts'
import { isSignatureOf, signBytes } from '../rsa.ts'
import { openText, sealText } from '../seal.ts'
import { SignedText } from '../signed-text.ts'

/** Begins a message that is signed and not sealed. */
const OPEN_MARK = Uint8Array.of(0xff, 0xff, 0xff, 0xff)

const privateKeyParameter: Parameter = {
  ...hexParameter('privatekey', 'PKCS #8; the node’s own when absent'),
  secret: true,
}

/** Seals a text outside of messages, for a key of Maxima. */
export const maxencrypt: Command = {
  name: 'maxencrypt',
  summary: 'Encrypt data for a public key of Maxima',
  access: 'read',
  parameters: [
    textParameter('data', '0x is bytes, everything else text', REQUIRED),
    hexParameter('publickey', 'the reader’s key', REQUIRED),
  ],
  run({ node, arguments: args }) {
    const data = bytesOfText(args.textOrJson('data'))
    const sealed = encode(SealedText, sealText(data, args.bytes('publickey'), node.random))
    return respond(jsonObject([['encrypted', jsonString(toHex(sealed))]]))
  },
}

/** Opens what `maxencrypt` sealed, with the key of this node or another. */
export const createDecryptCommand = (maxima: Maxima): Command => ({
  name: 'maxdecrypt',
  summary: 'Decrypt what maxencrypt gave',
  access: 'write',
  parameters: [hexParameter('data', 'what maxencrypt gave', REQUIRED), privateKeyParameter],
  run({ arguments: args }) {
    const sealed = decode(SealedText, args.bytes('data'))
    const plain = openText(sealed, args.has('privatekey') ? args.bytes('privatekey') : maxima.privateKey)
    if (plain === undefined) throw new RpcError('refused', 'the data is not encrypted for this key')
    return respond(jsonObject([['decrypted', jsonString(toHex(plain))]]))
  },
})

/** Signs and seals a text outside of messages, and opens and checks one. */
export const createMessageCommand = (maxima: Maxima): Command => ({
  name: 'maxmessage',
  summary: 'Sign data with the key of this node, and encrypt it if wished; or open and check such a message',
  access: 'write',
  parameters: [
    textParameter('action', 'encrypt or decrypt', REQUIRED),
    hexParameter('data', 'encrypt: what to sign; decrypt: what encrypt gave', REQUIRED),
    hexParameter('publickey', 'encrypt: the reader’s key; only signed when absent'),
    privateKeyParameter,
  ],
  run(context) {
    const action = context.arguments.text('action')
    if (action === 'encrypt') return encryptMessage(maxima, context)
    if (action === 'decrypt') return decryptMessage(maxima, context)
    throw new RpcError('bad-parameter', `Invalid action : ${action}`)
  },
})

function encryptMessage(maxima: Maxima, { node, arguments: args }: CommandContext): ReplyMembers {
  const data = args.bytes('data')
  const signed: SignedText = {
    version: MiniNumber.ONE,
    data,
    publicKey: fromHex(maxima.publicKey),
    signature: signBytes(data, maxima.privateKey),
  }
  const bytes = encode(SignedText, signed)
  const isSealed = args.has('publickey') && toHex(args.bytes('publickey')) !== '0x00'
  try {
    const out = isSealed
      ? encode(SealedText, sealText(bytes, args.bytes('publickey'), node.random))
      : concatBytes(OPEN_MARK, bytes)
    return respond(
      jsonObject([
        ['message', signedTextJson(signed)],
        ['encrypted', jsonBoolean(isSealed)],
        ['data', jsonString(toHex(out))],
      ]),
    )
  } catch (cause) {
    throw refused('Invalid Publickey..cannot encrypt', cause)
  }
}

function decryptMessage(maxima: Maxima, { arguments: args }: CommandContext): ReplyMembers {
  const bytes = args.bytes('data')
  const key = args.has('privatekey') ? args.bytes('privatekey') : maxima.privateKey
  const isOpen = OPEN_MARK.every((byte, index) => bytes[index] === byte)
  try {
    const plain = isOpen ? bytes.subarray(OPEN_MARK.length) : openText(decode(SealedText, bytes), key)
    if (plain === undefined) throw new RpcError('refused', 'the message is not encrypted for this key')
    return respond(
      jsonObject([
        ['encrypted', jsonBoolean(!isOpen)],
        ['message', signedTextJson(decode(SignedText, plain))],
      ]),
    )
  } catch (cause) {
    throw refused('Invalid message..cannot decrypt', cause)
  }
}

const refused = (message: string, cause: unknown): unknown =>
  cause instanceof MinipolisError ? new RpcError('refused', message, {}, { cause }) : cause

const signedTextJson = ({ data, publicKey, signature }: SignedText): JsonText =>
  jsonObject([
    ['data', jsonString(toHex(data))],
    ['publickey', jsonString(toHex(publicKey))],
    ['mxpublickey', jsonString(formatMxAddress(publicKey))],
    ['signature', jsonString(toHex(signature))],
    ['valid', jsonBoolean(isSignatureOf(data, signature, publicKey))],
  ])
