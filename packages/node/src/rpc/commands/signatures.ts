import {
  bytesEqual,
  decode,
  encode,
  jsonString,
  Signature,
  signatureRootKey,
  toHex,
  verifyTreeSignature,
} from '@minipolis/minima'
import { type Command, hexParameter, REQUIRED, respond, respondText } from '../command.ts'
import { RpcError, SoftFailure } from '../rpc-error.ts'

/** Bytes that one signature covers. */
const SIGNED_SIZE_MAX = 65_536

export const sign: Command = {
  name: 'sign',
  summary: 'Sign data with a key of the wallet; uses up one of its signatures',
  access: 'write',
  parameters: [hexParameter('data', '0x..', REQUIRED), hexParameter('publickey', 'the key', REQUIRED)],
  async run({ node, arguments: args }) {
    const data = args.bytes('data')
    if (data.length > SIGNED_SIZE_MAX)
      throw new RpcError('too-much', `at most ${SIGNED_SIZE_MAX} bytes are signed; sign a hash`)
    const signature = await node.wallet.keys.sign(args.hex('publickey'), data)
    return respond(jsonString(toHex(encode(Signature, signature))))
  },
}

export const verify: Command = {
  name: 'verify',
  summary: 'Check a signature',
  access: 'read',
  parameters: [
    hexParameter('publickey', 'the key', REQUIRED),
    hexParameter('data', 'what was signed', REQUIRED),
    hexParameter('signature', 'what sign gave', REQUIRED),
  ],
  run({ arguments: args }) {
    const data = args.bytes('data')
    const publicKey = args.bytes('publickey')
    const signature = decode(Signature, args.bytes('signature'))
    const root = signatureRootKey(signature)
    if (!bytesEqual(root, publicKey)) {
      throw new RpcError('refused', `Signature publickey is different : ${toHex(root)}`)
    }
    if (!verifyTreeSignature(root, data, signature)) throw new SoftFailure('Signature NOT valid')
    return respondText('Signature valid')
  },
}
