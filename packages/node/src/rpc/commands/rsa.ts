import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { formatMxAddress, jsonBoolean, jsonObject, jsonString, toHex } from '@minipolis/minima'
import { type Command, hexParameter, REQUIRED, respond, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'
import { bytesOfText } from './hash.ts'

/** What Maxima's keys have; weak by today's measure, and fixed by the protocol. */
const MODULUS_BITS = 1024
const HASH = 'sha256'

export const maxcreate: Command = {
  name: 'maxcreate',
  summary: 'Make an RSA key pair as Maxima uses them; it is not stored',
  access: 'read',
  parameters: [],
  run() {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS })
    const open = publicKey.export({ type: 'spki', format: 'der' })
    const secret = privateKey.export({ type: 'pkcs8', format: 'der' })
    return respond(
      jsonObject([
        ['publickey', jsonString(toHex(open))],
        ['mxpublickey', jsonString(formatMxAddress(open))],
        ['privatekey', jsonString(toHex(secret))],
        ['mxprivatekey', jsonString(formatMxAddress(secret))],
      ]),
    )
  },
}

export const maxsign: Command = {
  name: 'maxsign',
  summary: 'Sign data with an RSA key, the one of this node when none is given',
  access: 'read',
  parameters: [
    textParameter('data', '0x is bytes, everything else text', REQUIRED),
    { ...hexParameter('privatekey', 'PKCS #8'), secret: true },
  ],
  run({ state, arguments: args }) {
    const data = bytesOfText(args.textOrJson('data'))
    const key = args.has('privatekey') ? args.bytes('privatekey') : state.messageKey()
    return respond(jsonObject([['signature', jsonString(toHex(sign(HASH, data, privateKeyOf(key))))]]))
  },
}

export const maxverify: Command = {
  name: 'maxverify',
  summary: 'Check a signature of maxsign',
  access: 'read',
  parameters: [
    textParameter('data', 'what was signed', REQUIRED),
    hexParameter('publickey', 'the key', REQUIRED),
    hexParameter('signature', 'what maxsign gave', REQUIRED),
  ],
  run({ arguments: args }) {
    const data = bytesOfText(args.textOrJson('data'))
    const valid = verify(HASH, data, publicKeyOf(args.bytes('publickey')), args.bytes('signature'))
    return respond(jsonObject([['valid', jsonBoolean(valid)]]))
  },
}

const privateKeyOf = (key: Uint8Array) =>
  parsed(() => createPrivateKey({ key: Buffer.from(key), type: 'pkcs8', format: 'der' }))
const publicKeyOf = (key: Uint8Array) =>
  parsed(() => createPublicKey({ key: Buffer.from(key), type: 'spki', format: 'der' }))

function parsed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new RpcError('bad-parameter', 'the key given is no RSA key', {}, { cause })
  }
}
