import { bytesEqual, decode, encode, fromHex, fromUtf8, MIN_TXPOW_WORK, MiniNumber, toHex } from '@minipolis/minima'
import { describe, expect, test } from 'vitest'
import { parseContactMessage, printContactMessage } from '../src/maxima/contact-message.ts'
import { MaximaMessage, messageId, packageHash, RESERVED, SealedText, SignedMessage } from '../src/maxima/message.ts'
import { isSignatureOf, signBytes } from '../src/maxima/rsa.ts'
import { openPackage, openText, sealMessage } from '../src/maxima/seal.ts'
import { hasMessageWork, messageDifficulty } from '../src/maxima/work.ts'
import { decodeMessage, encodePayload, MaximaPackage, MaxTxPoW } from '../src/wire/index.ts'
import { fixture, type NetworkRecording, networkRecordings, type RecordedMessage, streamOf } from './recordings.ts'
import { createRandom } from './seeded-random.ts'

interface Plaintext {
  readonly decrypted_with: string
  readonly internal: string
  readonly signature: string
  readonly msgid: string
  readonly from: string
  readonly from_name: string
  readonly to: string
  readonly random: string
  readonly timemilli: string
  readonly application: string
  readonly data: string
}

interface MaximaRecording extends NetworkRecording {
  readonly maxima_private_keys?: readonly {
    readonly name: string
    readonly publickey: string
    readonly privatekey_pkcs8: string
  }[]
}

const MAXIMA_TYPES = [8, 9, 10]
const MAX_TXPOW_TYPE = 10

const EXCERPT = 'maxima-messages.json'

const recordings = [
  { name: EXCERPT, recording: fixture<MaximaRecording>(EXCERPT) },
  ...networkRecordings().map(({ name, recording }) => ({ name, recording: recording as MaximaRecording })),
].filter(({ recording }) => framesOf(recording).length > 0)

interface Sent {
  readonly frame: { readonly type: number; readonly payload: Uint8Array }
  readonly recorded: RecordedMessage & { readonly plaintext?: Plaintext }
}

function framesOf(recording: NetworkRecording): Sent[] {
  return recording.connections.flatMap((connection) =>
    connection.messages
      .filter(({ type }) => MAXIMA_TYPES.includes(type))
      .map((recorded) => {
        const start = recorded.offset - (recorded.dir === 'c2s' ? connection.c2s_start : connection.s2c_start)
        const bytes = streamOf(connection, recorded.dir).subarray(start + 4, start + 4 + recorded.length)
        return { frame: { type: bytes[0]!, payload: bytes.subarray(1) }, recorded }
      }),
  )
}

const messagesOf = (recording: NetworkRecording): { maxTxPoW: MaxTxPoW; plaintext: Plaintext }[] =>
  framesOf(recording).flatMap(({ frame, recorded: { type, plaintext } }) =>
    type === MAX_TXPOW_TYPE && plaintext?.internal !== undefined
      ? [{ maxTxPoW: decode(MaxTxPoW, frame.payload), plaintext }]
      : [],
  )

describe.each(recordings)('$name', ({ recording }) => {
  test('is written again as it was', () => {
    for (const { frame } of framesOf(recording)) {
      expect(bytesEqual(encodePayload(decodeMessage(frame)), frame.payload)).toBe(true)
    }
  })

  test('has packages that fit the custom hash of their work', () => {
    for (const { frame } of framesOf(recording).filter(({ recorded }) => recorded.type === MAX_TXPOW_TYPE)) {
      const { package: sealed, txpow } = decode(MaxTxPoW, frame.payload)
      expect(toHex(packageHash(sealed))).toBe(toHex(txpow.header.customHash))
    }
  })
})

const withPlaintext = recordings.filter(({ recording }) => messagesOf(recording).length > 0)

describe.each(withPlaintext)('plaintext of $name', ({ name, recording }) => {
  const keys = recording.maxima_private_keys ?? []
  const privateKeyOf = (publicKey: string): Uint8Array =>
    fromHex(keys.find(({ publickey }) => publickey === publicKey)!.privatekey_pkcs8)
  /** The keys of some senders were not written down. */
  const ofKnownSenders = messagesOf(recording).filter(({ plaintext }) =>
    keys.some(({ publickey }) => publickey === plaintext.from),
  )

  test('is opened with the keys of its nodes', () => {
    for (const { maxTxPoW, plaintext } of messagesOf(recording)) {
      const opened = openPackage(maxTxPoW.package, privateKeyOf(toHex(maxTxPoW.package.to)))
      if (typeof opened === 'string') expect.fail(`a message is refused: ${opened}`)
      const { message, id } = opened
      expect({
        msgid: toHex(id),
        from: toHex(message.from),
        to: toHex(message.to),
        random: toHex(message.random),
        timemilli: message.time.toString(),
        application: message.application,
        data: toHex(message.data),
      }).toEqual({
        msgid: plaintext.msgid,
        from: plaintext.from,
        to: plaintext.to,
        random: plaintext.random,
        timemilli: plaintext.timemilli,
        application: plaintext.application,
        data: plaintext.data,
      })
    }
  })

  test('has the signatures and names that we would make', () => {
    for (const { maxTxPoW, plaintext } of messagesOf(recording)) {
      const text = decode(SealedText, maxTxPoW.package.sealed)
      const plain = openText(text, privateKeyOf(toHex(maxTxPoW.package.to)))!
      expect(toHex(plain)).toBe(plaintext.internal)
      const signed = decode(SignedMessage, plain)
      expect(toHex(encode(SignedMessage, signed))).toBe(plaintext.internal)
      expect(isSignatureOf(signed.message, signed.signature, signed.from)).toBe(true)
      const message = encode(MaximaMessage, {
        random: fromHex(plaintext.random),
        from: fromHex(plaintext.from),
        to: fromHex(plaintext.to),
        time: MiniNumber.parse(plaintext.timemilli),
        application: plaintext.application,
        data: fromHex(plaintext.data),
      })
      expect(toHex(message)).toBe(toHex(signed.message))
      expect(toHex(messageId(message))).toBe(plaintext.msgid)
    }
    for (const { plaintext } of ofKnownSenders) {
      const { message } = decode(SignedMessage, fromHex(plaintext.internal))
      expect(toHex(signBytes(message, privateKeyOf(plaintext.from)))).toBe(plaintext.signature)
    }
  })

  test('has contact messages that we write the same', () => {
    for (const { plaintext } of messagesOf(recording).filter(
      ({ plaintext }) => plaintext.application === RESERVED.contact,
    )) {
      const data = fromHex(plaintext.data)
      expect(fromUtf8(printContactMessage(parseContactMessage(data)))).toBe(fromUtf8(data))
    }
  })

  test('did as much work as we would', () => {
    for (const { maxTxPoW } of messagesOf(recording)) {
      const { txpow } = maxTxPoW
      expect(toHex(txpow.body!.transactionDifficulty)).toBe(toHex(messageDifficulty(MIN_TXPOW_WORK)))
      expect(hasMessageWork(txpow, MIN_TXPOW_WORK)).toBe(true)
    }
  })

  test('has messages that we seal and open again', () => {
    const { bytes: random } = createRandom(name.length)
    for (const { plaintext } of ofKnownSenders) {
      const message = decode(MaximaMessage, decode(SignedMessage, fromHex(plaintext.internal)).message)
      const sealed = sealMessage(message, privateKeyOf(plaintext.from), random)
      expect(toHex(sealed.id)).toBe(plaintext.msgid)
      const again = decode(MaximaPackage, encode(MaximaPackage, sealed.package))
      const opened = openPackage(again, privateKeyOf(plaintext.to))
      expect(opened).toEqual({ message, id: sealed.id })
    }
  })
})
