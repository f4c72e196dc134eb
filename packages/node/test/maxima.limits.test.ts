import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { data as dataCodec, decode, encode, MiniNumber, toHex, utf8 } from '@minipolis/minima'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatMaximaAddress } from '../src/maxima/address.ts'
import { CONTACTS_UNINVITED_MAX, ContactBook } from '../src/maxima/contact-book.ts'
import {
  type ContactCard,
  ICON_LENGTH_MAX,
  NAME_LENGTH_MAX,
  printContactMessage,
} from '../src/maxima/contact-message.ts'
import { Errands } from '../src/maxima/errands.ts'
import { KeyClaims } from '../src/maxima/key-claims.ts'
import { LOCATION_ENTRY_BYTES_MAX, LocationEntry } from '../src/maxima/location-message.ts'
import { LOCATION_MS, LOCATIONS_MAX, LocationRegistry } from '../src/maxima/location-registry.ts'
import { Locations } from '../src/maxima/locations.ts'
import { MaximaError } from '../src/maxima/maxima-error.ts'
import { handOver } from '../src/maxima/one-shot.ts'
import { OUTBOX_BYTES_MAX, OUTBOX_MAX, OUTBOX_MS_MAX, Outbox, RETRY_MS_MIN } from '../src/maxima/outbox.ts'
import type { Delivery } from '../src/maxima/sender.ts'
import { createMaximaStore } from '../src/maxima/sqlite-store.ts'
import type { MaximaStore } from '../src/maxima/store.ts'
import { Turns } from '../src/maxima/turns.ts'
import type { MaximaLink } from '../src/peers/maxima-host.ts'
import { Database } from '../src/store/index.ts'
import { encodeFrame, messageType } from '../src/wire/index.ts'

const NOW_MS = 1_800_000_000_000
const memory = (): MaximaStore => createMaximaStore(new Database({ file: ':memory:', network: 'dev' }))

describe('claims of keys', () => {
  const key = utf8('the key of a client')
  let count = 0
  const link = (host: string): MaximaLink => ({
    id: String(++count),
    role: 'incoming',
    address: { host, port: 1000 + count },
    send: () => true,
  })

  test('of others do not take over the messages of a client', () => {
    const claims = new KeyClaims()
    const client = link('192.0.2.1')
    claims.claim(client, key)
    const bogus = Array.from({ length: 6 }, (_, i) => link(`198.51.100.${i}`))
    for (const one of bogus) claims.claim(one, key)
    expect(claims.linkFor(key)).toBe(client)
    claims.release(client)
    expect(claims.linkFor(key)).toBe(bogus[0])
  })

  test('follow a client that connects again while its old link still looks alive', () => {
    const claims = new KeyClaims()
    const [old, again] = [link('192.0.2.1'), link('192.0.2.1')]
    claims.claim(old, key)
    claims.claim(again, key)
    expect(claims.linkFor(key)).toBe(again)
    expect(claims.size).toBe(1)
  })

  test('are one per link, and of a sane length', () => {
    const claims = new KeyClaims()
    const client = link('192.0.2.1')
    claims.claim(client, key)
    claims.claim(client, utf8('a newer key'))
    expect(claims.linkFor(key)).toBeUndefined()
    expect(claims.claim(client, new Uint8Array(10_000))).toBe(false)
    expect(claims.claim(client, new Uint8Array(0))).toBe(false)
    expect(claims.size).toBe(1)
  })
})

describe('a contact book', () => {
  const own = utf8('own main key')
  const card = (changes: Partial<ContactCard> = {}): ContactCard => ({
    address: formatMaximaAddress({ key: utf8('host key'), host: '203.0.113.5', port: 9001 }),
    name: 'bob',
    icon: '0x00',
    minimaAddress: 'Mx00',
    topBlock: '9',
    checkBlock: '1',
    checkHash: '0x00',
    locationService: '',
    ...changes,
  })
  const told: string[] = []
  let store: MaximaStore
  let book: ContactBook

  beforeEach(() => {
    told.length = 0
    store = memory()
    book = new ContactBook({
      store,
      card: async () => card(),
      mainKey: () => own,
      send: () => Promise.reject(new RangeError('nothing is sent here')),
      later: (name) => told.push(name),
      changed: () => undefined,
      now: () => NOW_MS,
      allowInternal: false,
    })
  })

  const receive = (from: Uint8Array, changes: Partial<ContactCard> = {}, publicKey = toHex(from)): void =>
    book.received(from, printContactMessage({ kind: 'card', publicKey, isIntro: false, card: card(changes) }))

  test('takes nobody who speaks for another', () => {
    receive(utf8('mallory'), {}, toHex(utf8('bob')))
    expect(book.list()).toEqual([])
    receive(utf8('bob'))
    book.received(utf8('mallory'), printContactMessage({ kind: 'delete', publicKey: toHex(utf8('bob')) }))
    expect(book.list()).toHaveLength(1)
  })

  test('calls nobody inside, and no system service', () => {
    for (const host of ['127.0.0.1', '10.0.0.1', '192.168.1.1', 'localhost']) {
      const address = formatMaximaAddress({ key: utf8('k'), host, port: 9001 })
      expect(() => receive(utf8('mallory'), { address })).toThrow(expect.objectContaining({ code: 'bad-contact' }))
    }
    const address = formatMaximaAddress({ key: utf8('k'), host: '203.0.113.5', port: 22 })
    expect(() => receive(utf8('mallory'), { address })).toThrow(expect.objectContaining({ code: 'bad-contact' }))
    expect(book.list()).toEqual([])
    expect(told).toEqual([])
  })

  test('cuts what is too long', () => {
    receive(utf8('bob'), { name: `"';${'b'.repeat(500)}`, icon: 'i'.repeat(ICON_LENGTH_MAX + 1) })
    expect(book.list()).toMatchObject([{ name: 'b'.repeat(NAME_LENGTH_MAX), icon: '' }])
  })

  test('takes only so many uninvited, and known ones still', () => {
    for (let i = 0; i < CONTACTS_UNINVITED_MAX + 20; i++) receive(utf8(`stranger ${i}`))
    expect(store.contactCount()).toBe(CONTACTS_UNINVITED_MAX)
    receive(utf8('stranger 0'), { name: 'a new name' })
    expect(book.find({ publicKey: toHex(utf8('stranger 0')) })?.name).toBe('a new name')
    book.allow(toHex(utf8('a friend')))
    receive(utf8('a friend'))
    expect(store.contactCount()).toBe(CONTACTS_UNINVITED_MAX + 1)
  })

  test('does not take a contact back by a card that was under way when it was removed', () => {
    receive(utf8('bob'))
    book.remove(book.list()[0]!.id)
    receive(utf8('bob'))
    expect(book.list()).toEqual([])
  })
})

describe('a registration at a location service', () => {
  test('names as many contacts as one message can carry', async () => {
    const store = memory()
    const own = { key: utf8('own service'), host: '203.0.113.5', port: 9001 }
    for (let i = 0; i < 1000; i++) {
      store.setContact({
        publicKey: `0x${String(i).padStart(324, 'A')}`,
        ...{ myAddress: '', seenMs: i, address: '', name: '', icon: '', minimaAddress: '' },
        ...{ topBlock: '0', checkBlock: '0', checkHash: '0x00', locationService: '' },
      })
    }
    let data: Uint8Array | undefined
    const locations = new Locations({
      store,
      ownService: () => own,
      ownAddress: () => own,
      send: async (_address, content) => {
        data = content.data
        throw new MaximaError('not-reached', 'nobody is called here')
      },
      registerHere: () => expect.fail('the service is another node'),
      random: (size) => new Uint8Array(size),
      now: () => NOW_MS,
    })
    const service = formatMaximaAddress({ ...own, key: utf8('another service') })
    await expect(locations.register(service)).rejects.toMatchObject({ code: 'not-reached' })
    const { allowed } = decode(LocationEntry, data!)
    expect(data!.length).toBeLessThanOrEqual(LOCATION_ENTRY_BYTES_MAX)
    expect(allowed.length).toBeGreaterThan(700)
    expect(allowed[0]).toContain('999')
  })
})

describe('a location registry', () => {
  test('tells those who may know, for a day', () => {
    const registry = new LocationRegistry()
    registry.set('0xA1', { address: 'Mx1@host:9001', allowed: ['0xB1'] }, NOW_MS)
    expect(registry.find('0xA1', '0xB1', false, NOW_MS)).toBe('Mx1@host:9001')
    expect(registry.find('0xA1', '0xB2', false, NOW_MS)).toBeUndefined()
    expect(registry.find('0xA1', '0xB2', true, NOW_MS)).toBe('Mx1@host:9001')
    expect(registry.find('0xA1', '0xB1', false, NOW_MS + LOCATION_MS + 1)).toBeUndefined()
  })

  test('keeps only so many, and so much', () => {
    const registry = new LocationRegistry()
    for (let i = 0; i < LOCATIONS_MAX + 10; i++) registry.set(`0x${i}`, { address: 'Mx', allowed: [] }, NOW_MS)
    expect([...registry.entries()]).toHaveLength(LOCATIONS_MAX)
    const allowed = Array.from({ length: 1500 }, (_, i) => String(i).padStart(512, '0'))
    for (let i = 0; i < 100; i++) registry.set(`0xFAT${i}`, { address: 'Mx', allowed }, NOW_MS)
    expect([...registry.entries()].filter(({ key }) => key.startsWith('0xFAT')).length).toBeLessThan(50)
  })

  test('takes one sender only so often', () => {
    const registry = new LocationRegistry()
    const taken = Array.from({ length: 50 }, () => registry.set('0xA1', { address: 'Mx', allowed: [] }, NOW_MS))
    expect(taken.filter(Boolean)).toHaveLength(10)
    expect(registry.set('0xA1', { address: 'Mx', allowed: [] }, NOW_MS + 60_000)).toBe(true)
  })
})

describe('handing a message over', () => {
  let server: Server
  const sockets = new Set<Socket>()
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    server.close()
    await once(server, 'close')
  })

  const answering = async (answer: (socket: Socket) => void): Promise<{ host: string; port: number }> => {
    server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('data', () => answer(socket))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return { host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 }
  }
  const ping = (payload: Uint8Array): Uint8Array => encodeFrame({ type: messageType('ping'), payload })
  const status = ping(encode(dataCodec, Uint8Array.of(1)))
  const give = (target: { host: string; port: number }, signal?: AbortSignal): Promise<Uint8Array> =>
    handOver(target, utf8('message'), { allowInternal: true, ...(signal && { signal }) })

  test('takes the status out of other messages and single bytes', async () => {
    const target = await answering((socket) => {
      socket.write(encodeFrame({ type: messageType('pulse'), payload: new Uint8Array(50) }))
      for (const byte of status) socket.write(Uint8Array.of(byte))
    })
    expect(await give(target)).toEqual(Uint8Array.of(1))
  })

  const faults: readonly [name: string, answer: (socket: Socket) => void][] = [
    ['the end of the connection', (socket) => socket.end()],
    ['a broken connection', (socket) => socket.resetAndDestroy()],
    ['half a status', (socket) => socket.end(status.subarray(0, 7))],
    ['a status that announces more than it has', (socket) => socket.write(ping(Uint8Array.of(0x7f, 0xff, 0xff, 0xff)))],
    ['a status as large as a house', (socket) => socket.write(Uint8Array.of(0x0f, 0xff, 0xff, 0xff, 8))],
    ['a negative length', (socket) => socket.write(new Uint8Array(8).fill(0xff))],
    [
      'nothing but other messages',
      (socket) => {
        for (let i = 0; i < 100; i++) socket.write(encodeFrame({ type: 2, payload: new Uint8Array(36) }))
      },
    ],
  ]
  test.each(faults)('fails at once on %s', async (_name, answer) => {
    await expect(give(await answering(answer))).rejects.toMatchObject({ code: 'no-answer' })
  })

  test('ends when its caller gives up', async () => {
    const target = await answering(() => undefined)
    const giveUp = new AbortController()
    const given = give(target, giveUp.signal)
    setTimeout(() => giveUp.abort(new RangeError('enough')), 20)
    await expect(given).rejects.toThrow('enough')
  })

  test('calls nobody inside for a stranger', async () => {
    const target = await answering((socket) => socket.write(status))
    for (const host of ['127.0.0.1', 'localhost']) {
      await expect(handOver({ ...target, host }, utf8('message'), { allowInternal: false })).rejects.toMatchObject({
        code: 'not-reached',
      })
    }
    expect(sockets.size).toBe(0)
  })
})

describe('turns', () => {
  test('are so many at a time, so many per name, and so many may wait', async () => {
    const turns = new Turns({ total: 3, perName: 2, waiting: 2 })
    const running: string[] = []
    const ends: (() => void)[] = []
    const take = (name: string): Promise<void> =>
      turns.run(name, () => {
        running.push(name)
        return new Promise((end) => ends.push(end))
      })
    const all = ['a', 'a', 'a', 'b', 'b'].map(take)
    expect(running).toEqual(['a', 'a', 'b'])
    await expect(take('c')).rejects.toMatchObject({ code: 'queue-full' })
    ends[0]!()
    await all[0]
    await expect.poll(() => running).toEqual(['a', 'a', 'b', 'a'])
    while (running.length < 5 || ends.length > 0) {
      ends.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(all)
    expect(turns.waiting).toBe(0)
  })
})

describe('errands', () => {
  test('of one name are done one after the other, and the newest instead of those that wait', async () => {
    const errands = new Errands((error) => expect.fail(String(error)))
    const done: string[] = []
    let end: () => void = () => undefined
    errands.add('contact', async () => {
      done.push('card')
      await new Promise<void>((resolve) => {
        end = resolve
      })
    })
    errands.add('contact', async () => void done.push('never'))
    errands.add('contact', async () => void done.push('farewell'))
    errands.add('other', async () => void done.push('other'))
    await expect.poll(() => done).toEqual(['card', 'other'])
    end()
    await expect.poll(() => done).toEqual(['card', 'other', 'farewell'])
    errands.stop()
    errands.add('late', async () => void done.push('late'))
    expect(errands.length).toBe(0)
  })
})

describe('an outbox', () => {
  const address = { key: utf8('host key'), host: '203.0.113.5', port: 9001 }
  let nowMs: number
  let store: MaximaStore
  let outcomes: string[]
  let looked: string[]

  beforeEach(() => {
    nowMs = NOW_MS
    store = memory()
    outcomes = []
    looked = []
  })

  const outboxWith = (send: () => Promise<Pick<Delivery, 'status'>>): Outbox =>
    new Outbox({
      store,
      compose: (to, content, { random, timeMs }) => ({
        ...{ random: random!, from: utf8('own key'), to, time: MiniNumber.of(timeMs!) },
        ...content,
      }),
      idOf: (message) => message.random,
      send: async (_address, message) => ({
        ...{ message, id: message.random, answer: new Uint8Array(1), creationMs: 0, sendingMs: 0 },
        ...(await send()),
      }),
      addressOf: () => address,
      looksElsewhere: (key) => looked.push(key),
      outcome: (_queued, outcome) => outcomes.push(outcome),
      now: () => nowMs,
      failed: (error) => expect.fail(String(error)),
    })
  const add = (outbox: Outbox, wantsReceipt = false, size = 1): number =>
    outbox.add({
      ...{ to: { contact: '0xB0' }, application: 'city.lamps', data: new Uint8Array(size), random: utf8('random') },
      ...{ createdMs: nowMs, expiresMs: nowMs + OUTBOX_MS_MAX, nextMs: nowMs, wantsReceipt },
    })

  test('waits twice as long after each attempt that fails, and asks for another address', async () => {
    const outbox = outboxWith(() => Promise.reject(new MaximaError('not-reached', 'nobody is there')))
    const id = add(outbox)
    for (const waitMs of [RETRY_MS_MIN, 2 * RETRY_MS_MIN, 4 * RETRY_MS_MIN]) {
      outbox.start()
      await expect.poll(() => store.queued(id)?.nextMs).toBe(nowMs + waitMs)
      nowMs += waitMs
    }
    outbox.stop()
    expect(looked).toEqual(['0xB0', '0xB0', '0xB0'])
    expect(outcomes).toEqual([])
  })

  test('keeps a message that was handed over until the receipt of the right receiver', async () => {
    const outbox = outboxWith(async () => ({ status: 'ok' }))
    outbox.start()
    const id = add(outbox, true)
    await expect.poll(() => store.queued(id)?.attempts).toBe(1)
    expect(outcomes).toEqual(['handed-over'])
    outbox.acknowledged(utf8('random'), '0xBAD')
    outbox.acknowledged(utf8('another message'), '0xB0')
    expect(store.queueLength()).toBe(1)
    outbox.acknowledged(utf8('random'), '0xB0')
    outbox.stop()
    expect(outcomes).toEqual(['handed-over', 'acknowledged'])
    expect(store.queueLength()).toBe(0)
  })

  test('tries again what a node refused', async () => {
    const outbox = outboxWith(async () => ({ status: 'unknown' }))
    outbox.start()
    const id = add(outbox)
    await expect.poll(() => store.queued(id)?.attempts).toBe(1)
    outbox.stop()
    expect(looked).toEqual(['0xB0'])
  })

  test('holds so many messages, and so many bytes', () => {
    const outbox = outboxWith(() => Promise.reject(new RangeError('it is not started')))
    for (let i = 0; i < 4; i++) add(outbox, false, OUTBOX_BYTES_MAX / 4)
    expect(() => add(outbox)).toThrow(expect.objectContaining({ code: 'queue-full' }))
    store = memory()
    const other = outboxWith(() => Promise.reject(new RangeError('it is not started')))
    for (let i = 0; i < OUTBOX_MAX; i++) add(other)
    expect(() => add(other)).toThrow(expect.objectContaining({ code: 'queue-full' }))
  })
})
