import { decode, encode, fromHex, toHex } from '@minipolis/minima'
import { expectSame, ReplayError } from '../replay/mismatch.ts'
import { MaxTxPoW } from '../wire/index.ts'
import { MaximaMessage, packageHash, SealedText, SignedMessage } from './message.ts'
import { signBytes } from './rsa.ts'
import { openPackage, openText, sealMessage } from './seal.ts'

/** A recording of connections with what the recorder knows of the messages in them. Source: shared vectors, README-network */
interface MaximaRecording {
  readonly connections: readonly {
    readonly id: number
    readonly c2s: string
    readonly s2c: string
    readonly c2s_start: number
    readonly s2c_start: number
    readonly messages: readonly RecordedMessage[]
  }[]
  readonly maxima_private_keys: readonly { readonly publickey: string; readonly privatekey_pkcs8: string }[]
}

interface RecordedMessage {
  readonly n: number
  readonly dir: 'c2s' | 's2c'
  readonly offset: number
  readonly length: number
  readonly type: number
  readonly plaintext?: Partial<Plaintext>
}

interface Plaintext {
  readonly internal: string
  readonly signature: string
  readonly msgid: string
  readonly from: string
  readonly to: string
  readonly random: string
  readonly timemilli: string
  readonly application: string
  readonly data: string
}

/** One recorded message to check. It throws where our code differs from the recording. */
export interface MaximaCase {
  readonly name: string
  check(): void
}

const MAX_TXPOW_TYPE = 10
/** Length field and type byte. */
const FRAME_HEAD_BYTES = 5

const isMaximaRecording = (content: object): content is MaximaRecording =>
  'connections' in content &&
  Array.isArray(content.connections) &&
  'maxima_private_keys' in content &&
  Array.isArray(content.maxima_private_keys)

/** The messages of a recording that has the keys to open them; undefined when the content is none. */
export function maximaCases(content: object): Iterable<MaximaCase> | undefined {
  return isMaximaRecording(content) ? messageCases(content) : undefined
}

function* messageCases(recording: MaximaRecording): Generator<MaximaCase> {
  const keys = new Map(
    recording.maxima_private_keys.map(({ publickey, privatekey_pkcs8 }) => [publickey, fromHex(privatekey_pkcs8)]),
  )
  for (const connection of recording.connections) {
    for (const message of connection.messages.filter(({ type }) => type === MAX_TXPOW_TYPE)) {
      yield {
        name: `connection ${connection.id} Maxima message ${message.n}`,
        check() {
          const start = message.offset - (message.dir === 'c2s' ? connection.c2s_start : connection.s2c_start)
          const bytes = fromHex(connection[message.dir]).subarray(start, start + 4 + message.length)
          checkMessage(decode(MaxTxPoW, bytes.subarray(FRAME_HEAD_BYTES)), message.plaintext, keys)
        },
      }
    }
  }
}

type Keys = ReadonlyMap<string, Uint8Array>

function checkMessage(
  { package: sealed, txpow }: MaxTxPoW,
  plaintext: Partial<Plaintext> | undefined,
  keys: Keys,
): void {
  expectSame('the custom hash', toHex(packageHash(sealed)), toHex(txpow.header.customHash))
  const privateKey = keys.get(toHex(sealed.to))
  // A recording does not have the keys of everybody.
  if (privateKey === undefined || plaintext?.internal === undefined) return
  const plain = openText(decode(SealedText, sealed.sealed), privateKey)
  expectSame('the signed message', plain && toHex(plain), plaintext.internal)
  const opened = openPackage(sealed, privateKey)
  if (typeof opened === 'string') throw new ReplayError('mismatch', `the message is refused: ${opened}`)
  const { message, id } = opened
  expectSame('the message id', toHex(id), plaintext.msgid)
  expectSame('the sender', toHex(message.from), plaintext.from)
  expectSame('the recipient', toHex(message.to), plaintext.to)
  expectSame('the random part', toHex(message.random), plaintext.random)
  expectSame('the time', message.time.toString(), plaintext.timemilli)
  expectSame('the application', message.application, plaintext.application)
  expectSame('the data', toHex(message.data), plaintext.data)
  checkSigned(message, decode(SignedMessage, plain!), plaintext, keys)
}

/** We write and sign the same message as its sender did. */
function checkSigned(message: MaximaMessage, signed: SignedMessage, plaintext: Partial<Plaintext>, keys: Keys): void {
  expectSame('the message written again', toHex(encode(MaximaMessage, message)), toHex(signed.message))
  const signer = keys.get(toHex(message.from))
  if (signer === undefined) return
  expectSame('the signature', toHex(signBytes(signed.message, signer)), plaintext.signature)
  const recipient = keys.get(toHex(message.to))!
  // The recipient's key reads what we seal. The random bytes of the seal do not matter for that.
  const sealed = sealMessage(message, signer, (size) => new Uint8Array(size).fill(size))
  const again = openPackage(sealed.package, recipient)
  expectSame(
    'the name of the message sealed by us',
    typeof again === 'string' ? again : toHex(again.id),
    plaintext.msgid,
  )
}
