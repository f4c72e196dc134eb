import { decode, encode, MiniNumber, type TxPoW, utf8 } from '@minipolis/minima'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseMaximaAddress } from '../src/maxima/address.ts'
import { parseContactMessage } from '../src/maxima/contact-message.ts'
import { type MaximaChain, type MaximaStore, maximaPartsOf } from '../src/maxima/index.ts'
import { LocationEntry } from '../src/maxima/location-message.ts'
import { MaximaError } from '../src/maxima/maxima-error.ts'
import {
  CONTENT_BYTES_MAX,
  type MaximaMessage,
  MaximaMessage as MaximaMessageCodec,
  PACKAGE_BYTES_MAX,
  packageHash,
  RESERVED,
  SealedText,
  SignedMessage,
} from '../src/maxima/message.ts'
import { type Arrival, MESSAGE_AGE_MS_MAX, Receiver, type TipView } from '../src/maxima/receiver.ts'
import { createMaximaKey, type MaximaKey, signBytes } from '../src/maxima/rsa.ts'
import { openPackage, sealMessage, sealText } from '../src/maxima/seal.ts'
import { createMaximaStore } from '../src/maxima/sqlite-store.ts'
import { WORK_AGE_BLOCKS_MAX } from '../src/maxima/work.ts'
import type { NodeCore } from '../src/node/core.ts'
import { Database } from '../src/store/index.ts'
import { MAXIMA_STATUS, type MaximaPackage, type MaxTxPoW } from '../src/wire/index.ts'
import { startLoopbackChain } from './maxima-loopback.ts'
import { createRandom } from './seeded-random.ts'

const { bytes: random } = createRandom(7)
const NOW_MS = 1_800_000_000_000

let core: NodeCore
let chain: MaximaChain
let sender: MaximaKey
let recipient: MaximaKey
let stranger: MaximaKey
let work: (customHash: Uint8Array) => Promise<TxPoW>

beforeAll(async () => {
  core = await startLoopbackChain(random)
  const parts = maximaPartsOf(core)
  chain = parts.chain
  work = parts.work
  ;[sender, recipient, stranger] = await Promise.all([createMaximaKey(), createMaximaKey(), createMaximaKey()])
})
afterAll(() => core.close())

const messageOf = (changes: Partial<MaximaMessage> = {}): MaximaMessage => ({
  random: random(32),
  from: sender.publicKey,
  to: recipient.publicKey,
  time: MiniNumber.of(NOW_MS),
  application: 'city.lamps',
  data: utf8('lamp 17 is out'),
  ...changes,
})

const worked = async (sealed: MaximaPackage): Promise<MaxTxPoW> => ({
  version: '1.0',
  package: sealed,
  txpow: await work(packageHash(sealed)),
})

const sealed = (message: MaximaMessage, signer = sender): MaximaPackage =>
  sealMessage(message, signer.privateKey, random).package

/** Whatever bytes, encrypted for the recipient. */
const sealedBytes = (bytes: Uint8Array): MaximaPackage => ({
  version: '1.0',
  to: recipient.publicKey,
  sealed: encode(SealedText, sealText(bytes, recipient.publicKey, random)),
})

describe('a receiver', () => {
  let receiver: Receiver
  let tip: TipView | undefined
  let nowMs: number
  let store: MaximaStore

  beforeEach(() => {
    tip = chain.tip()
    nowMs = NOW_MS
    store = createMaximaStore(new Database({ file: ':memory:', network: 'dev' }))
    restart()
  })

  const restart = (): void => {
    receiver = new Receiver({
      privateKeyFor: (key) =>
        Buffer.from(recipient.publicKey).toString('hex').toUpperCase() === key.slice(2)
          ? recipient.privateKey
          : undefined,
      tip: () => tip,
      store,
      now: () => nowMs,
    })
  }

  const FAIL = { kind: 'refused', status: MAXIMA_STATUS.fail }

  test('takes an honest message', async () => {
    expect(receiver.judge(await worked(sealed(messageOf())))).toMatchObject({
      kind: 'arrived',
      arrival: { isRepeated: false },
    })
  })

  test('refuses work that was done for another message', async () => {
    const [one, other] = [await worked(sealed(messageOf())), sealed(messageOf())]
    expect(receiver.judge({ ...one, package: other })).toEqual({ kind: 'refused', status: MAXIMA_STATUS.wrongHash })
  })

  test('refuses a message without work, also one with the work of another and a changed custom hash', async () => {
    const { txpow } = await worked(sealed(messageOf()))
    const other = sealed(messageOf())
    const relabelled = { ...txpow, header: { ...txpow.header, customHash: packageHash(other) } }
    expect(receiver.judge({ version: '1.0', package: other, txpow: relabelled })).toEqual(FAIL)
    expect(receiver.judge({ version: '1.0', package: other, txpow: { ...relabelled, body: null } })).toEqual(FAIL)
  })

  test('refuses work that says itself how little it is', async () => {
    const { txpow, ...rest } = await worked(sealed(messageOf()))
    const easy = { ...txpow.body!, transactionDifficulty: new Uint8Array(32).fill(0xff) }
    expect(receiver.judge({ ...rest, txpow: { ...txpow, body: easy } })).toEqual(FAIL)
  })

  test('refuses work that was done long ago, or for a chain that is not here yet', async () => {
    const message = await worked(sealed(messageOf()))
    const number = tip!.number
    for (const distance of [WORK_AGE_BLOCKS_MAX + 2, -WORK_AGE_BLOCKS_MAX - 2]) {
      tip = { ...tip!, number: number + distance }
      expect(receiver.judge(message)).toEqual(FAIL)
    }
    tip = undefined
    expect(receiver.judge(message)).toMatchObject({ kind: 'arrived' })
  })

  test('refuses a package that is too large before it looks inside', async () => {
    const large = { version: '1.0', to: recipient.publicKey, sealed: new Uint8Array(PACKAGE_BYTES_MAX) }
    expect(receiver.judge(await worked(large))).toEqual({ kind: 'refused', status: MAXIMA_STATUS.tooBig })
  })

  test('says the same of everything that cannot be opened', async () => {
    const good = decode(SealedText, sealed(messageOf()).sealed)
    const flipped = (bytes: Uint8Array): Uint8Array =>
      bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))
    const texts: SealedText[] = [
      { ...good, secret: flipped(good.secret) },
      { ...good, secret: good.secret.subarray(1) },
      { ...good, secret: new Uint8Array(0) },
      { ...good, iv: good.iv.subarray(1) },
      { ...good, ciphertext: good.ciphertext.subarray(1) },
      { ...good, ciphertext: new Uint8Array(0) },
      { ...good, ciphertext: flipped(good.ciphertext) },
    ]
    const packages = [
      ...texts.map((text) => ({ version: '1.0', to: recipient.publicKey, sealed: encode(SealedText, text) })),
      { version: '1.0', to: recipient.publicKey, sealed: random(40) },
      sealedBytes(random(100)),
      sealedBytes(new Uint8Array(0)),
    ]
    for (const one of packages) expect(receiver.judge(await worked(one))).toEqual(FAIL)
  })

  test('refuses forged senders', async () => {
    const bytes = encode(MaximaMessageCodec, messageOf())
    const forgeries: SignedMessage[] = [
      { from: sender.publicKey, message: bytes, signature: signBytes(bytes, stranger.privateKey) },
      { from: stranger.publicKey, message: bytes, signature: signBytes(bytes, stranger.privateKey) },
      { from: sender.publicKey, message: bytes, signature: new Uint8Array(0) },
      { from: utf8('no key'), message: bytes, signature: signBytes(bytes, stranger.privateKey) },
    ]
    for (const forgery of forgeries) {
      expect(receiver.judge(await worked(sealedBytes(encode(SignedMessage, forgery))))).toEqual(FAIL)
    }
  })

  test('refuses what was sealed for somebody else and passed on', async () => {
    const bytes = encode(MaximaMessageCodec, messageOf({ to: stranger.publicKey }))
    const signed = { from: sender.publicKey, message: bytes, signature: signBytes(bytes, sender.privateKey) }
    const passedOn = sealedBytes(encode(SignedMessage, signed))
    expect(openPackage(passedOn, recipient.privateKey)).toBe('recipient')
    expect(receiver.judge(await worked(passedOn))).toEqual(FAIL)
  })

  test('refuses messages of another day', async () => {
    for (const awayMs of [MESSAGE_AGE_MS_MAX + 1, -MESSAGE_AGE_MS_MAX - 1]) {
      const message = messageOf({ time: MiniNumber.of(NOW_MS + awayMs) })
      expect(receiver.judge(await worked(sealed(message)))).toEqual(FAIL)
    }
    const huge = messageOf({ time: MiniNumber.raw(1n, -100) })
    expect(receiver.judge(await worked(sealed(huge)))).toEqual(FAIL)
  })

  test('knows a message again, however it is wrapped', async () => {
    const message = messageOf()
    const first = await worked(sealed(message))
    expect(receiver.judge(first)).toMatchObject({ arrival: { isRepeated: false } })
    expect(receiver.judge(first)).toMatchObject({ arrival: { isRepeated: true } })
    expect(receiver.judge(await worked(sealed(message)))).toMatchObject({ arrival: { isRepeated: true } })
    const check = messageOf({ application: RESERVED.check })
    expect(receiver.judge(await worked(sealed(check)))).toMatchObject({ arrival: { isRepeated: false } })
    expect(receiver.judge(await worked(sealed(check)))).toMatchObject({ arrival: { isRepeated: true } })
  })

  test('gives a message again after a restart until its application has it', async () => {
    const message = await worked(sealed(messageOf()))
    const contact = await worked(sealed(messageOf({ application: RESERVED.contact })))
    const arrivalOf = (one: MaxTxPoW): Arrival => {
      const judgement = receiver.judge(one)
      if (judgement.kind !== 'arrived') expect.fail(`the message is ${judgement.kind}`)
      return judgement.arrival
    }
    expect(arrivalOf(message)).toMatchObject({ isRepeated: false, wasSeen: false })
    arrivalOf(contact)
    restart()
    expect(arrivalOf(message)).toMatchObject({ isRepeated: false, wasSeen: true })
    expect(arrivalOf(message)).toMatchObject({ isRepeated: true, isAcknowledged: false })
    expect(arrivalOf(contact)).toMatchObject({ isRepeated: true })
    restart()
    store.acknowledge(arrivalOf(message).mark)
    restart()
    expect(arrivalOf(message)).toMatchObject({ isRepeated: true, isAcknowledged: true })
  })

  test('hears one sender only so often, and others all the same', async () => {
    const repeated = await worked(sealed(messageOf()))
    let heard = 0
    for (let i = 0; i < 200; i++) if (receiver.judge(repeated).kind === 'arrived') heard++
    expect(heard).toBe(60)
    const other = messageOf({ from: stranger.publicKey })
    expect(receiver.judge(await worked(sealed(other, stranger)))).toMatchObject({ kind: 'arrived' })
    nowMs += 1000
    expect(receiver.judge(repeated)).toMatchObject({ kind: 'arrived' })
  })

  test('leaves what is not for this node to its clients', async () => {
    const foreign = sealed(messageOf({ to: stranger.publicKey }))
    expect(receiver.judge(await worked(foreign))).toEqual({ kind: 'foreign', to: stranger.publicKey })
  })
})

describe('readers of foreign bytes', () => {
  const readers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
    'a package': (bytes) => openPackage({ version: '', to: recipient.publicKey, sealed: bytes }, recipient.privateKey),
    'a contact message': (bytes) => parseContactMessage(bytes),
    'an address': (bytes) => parseMaximaAddress(Buffer.from(bytes).toString('latin1')),
  }

  test.each(Object.entries(readers))('give a value or a typed error for %s', (_name, read) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          read(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(MaximaError)
        }
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  test('refuse lists that are longer than their bytes', () => {
    const entry = encode(LocationEntry, { address: 'Mx', allowed: ['0x00'] })
    const announced = entry.slice()
    // The count: scale 0, one byte.
    announced[8] = 127
    expect(() => decode(LocationEntry, announced)).toThrow(expect.objectContaining({ code: 'count' }))
  })
})

describe('a message', () => {
  test('has as much data as any node takes, and no byte more', () => {
    const application = 'minipolis'
    const data = new Uint8Array(CONTENT_BYTES_MAX - application.length)
    expect(() => sealed(messageOf({ application, data }))).not.toThrow()
    const more = new Uint8Array(data.length + 1)
    expect(() => sealed(messageOf({ application, data: more }))).toThrow(expect.objectContaining({ code: 'too-large' }))
  })
})
