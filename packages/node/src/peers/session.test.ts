import { type Greeting, type IBD, MiniNumber, toHex } from '@minipolis/minima'
import { describe, expect, test } from 'vitest'
import { encodePayload, type Message, messageType } from '../wire/index.ts'
import type { ChainAccess } from './chain-access.ts'
import { GREETING_MS, IDLE_MS } from './deadlines.ts'
import { NO_CHAIN_MS, type Role, Session } from './session.ts'
import type { SessionAction } from './session-action.ts'

const TIP = new Uint8Array(32).fill(7)
const UNKNOWN = new Uint8Array(32).fill(8)

/** A chain of one block that knows only its tip. */
const chain: ChainAccess = {
  version: '1.0.45-TEST',
  prepare: () => undefined,
  missingOfBranch: () => [],
  txpowBytesMax: 65_536,
  tip: () => ({ number: 5, id: TIP }),
  branchIds: () => [TIP],
  mainBlock: () => undefined,
  isKnown: (id) => id === toHex(TIP),
  txpow: (id) => (id === toHex(TIP) ? Uint8Array.of(1) : undefined),
  txblock: () => undefined,
  ibdFor: () => ({ payload: new Uint8Array(), isSameChain: true }),
  ibdBelow: () => Uint8Array.of(0),
  archiveFrom: () => Uint8Array.of(0),
  receive: () => ({ kind: 'known' }),
  missingOf: (ids) => (ids.some((id) => toHex(id) === toHex(TIP)) ? [UNKNOWN] : undefined),
}

class Play {
  readonly session: Session
  isBusy = false
  older: Uint8Array | undefined

  constructor(role: Role, own: ChainAccess = chain) {
    const play = this
    this.session = new Session({
      role,
      chain: own,
      sync: {
        get isBusy() {
          return play.isBusy
        },
        olderThan: () => play.older,
      },
      own: { port: 9001, host: undefined },
      nowMs: 0,
    })
  }

  send(message: Message, nowMs = 1): SessionAction[] {
    return this.session.frame({ type: messageType(message.name), payload: encodePayload(message) }, nowMs)
  }

  greet(change: Partial<Greeting> = {}): SessionAction[] {
    const value = {
      version: '1.0.45-TEST',
      extra: new Map([['port', '9002']]),
      topBlock: MiniNumber.MINUS_ONE,
      chain: [],
    }
    return this.send({ name: 'greeting', value: { ...value, ...change } })
  }
}

const names = (actions: readonly SessionAction[]): string[] =>
  actions.map((action) => (action.do === 'send' ? `send ${action.message.name}` : action.do))

describe('a session', () => {
  test('greets first when it called, and second when it was called', () => {
    expect(names(new Play('outgoing').session.opened())).toEqual(['send greeting'])
    const called = new Play('incoming')
    expect(called.session.opened()).toEqual([])
    expect(names(called.greet())).toEqual(['send greeting', 'send-ibd', 'greeted'])
    expect(called.session.claimed).toEqual({ host: undefined, port: 9002 })
  })

  test.each([
    ['1.0.99-TEST', true],
    ['1.0TEST', true],
    ['1.0.45', false],
    ['2.0-TEST', false],
    ['1.0.45-test', false],
    ['', false],
  ])('takes the version %j: %s', (version, accepted) => {
    const actions = new Play('incoming').greet({ version })
    expect(names(actions).includes('greeted')).toBe(accepted)
    if (!accepted) expect(actions.at(-1)).toEqual({ do: 'close', reason: 'other-network', afterMs: 2_000 })
  })

  test('ignores a greeting with a number as port, and waits for a better one', () => {
    const play = new Play('incoming')
    expect(play.greet({ extra: new Map([['port', 9002n]]) })).toEqual([])
    expect(names(play.greet())).toContain('greeted')
  })

  test('takes a chain once, and only after it greeted', () => {
    const ibd = { name: 'ibd', value: { cascade: null, blocks: [] } satisfies IBD } as const
    const play = new Play('incoming')
    expect(play.send(ibd)).toEqual([])
    play.greet()
    expect(play.session.isExpected('ibd')).toBe(true)
    expect(names(play.send(ibd))).toEqual(['download'])
    expect(play.session.isExpected('ibd')).toBe(false)
    expect(play.send(ibd)).toEqual([])
  })

  test('asks for older blocks until an empty page comes', () => {
    const play = new Play('outgoing')
    play.session.opened()
    play.greet()
    play.older = Uint8Array.of(1)
    expect(names(play.session.synced('download', { kind: 'done', added: 0, missing: [] }))).toEqual(['send-payload'])
    expect(play.session.isExpected('ibdResponse')).toBe(true)
    expect(names(play.session.synced('older', { kind: 'done', added: 256, missing: [] }))).toEqual(['send-payload'])
    expect(play.session.synced('older', { kind: 'done', added: 0, missing: [] })).toEqual([])
  })

  test('wants what it does not know, and nothing while a chain is loaded', () => {
    const play = new Play('incoming')
    expect(play.send({ name: 'txpowId', value: TIP })).toEqual([])
    expect(play.send({ name: 'txpowId', value: UNKNOWN })).toEqual([{ do: 'want', ids: [UNKNOWN] }])
    play.isBusy = true
    expect(play.send({ name: 'txpowId', value: UNKNOWN })).toEqual([])
  })

  test('answers requests for what it has, and is silent about the rest', () => {
    const play = new Play('incoming')
    expect(names(play.send({ name: 'txpowRequest', value: TIP }))).toEqual(['send-payload'])
    expect(play.send({ name: 'txpowRequest', value: UNKNOWN })).toEqual([])
  })

  test('follows a pulse of its chain and leaves a peer of another', () => {
    const play = new Play('incoming')
    play.greet()
    expect(play.send({ name: 'pulse', value: { blocks: [UNKNOWN, TIP] } })).toEqual([{ do: 'want', ids: [UNKNOWN] }])
    expect(play.send({ name: 'pulse', value: { blocks: [UNKNOWN] } })).toEqual([{ do: 'close', reason: 'other-chain' }])
  })

  test('ends without a greeting in time, questions put or not, and after a long silence', () => {
    expect(new Play('incoming').session.tick(GREETING_MS)).toEqual([{ do: 'close', reason: 'greeting-late' }])
    const asking = new Play('incoming')
    for (let ms = 15_000; ms < 120_000; ms += 15_000) {
      asking.send({ name: 'singlePing', value: TIP }, ms)
      expect(asking.session.tick(ms + 1)).toEqual([])
    }
    expect(asking.session.tick(120_000)).toEqual([{ do: 'close', reason: 'greeting-late' }])
    const quiet = new Play('incoming')
    quiet.greet()
    expect(quiet.session.tick(IDLE_MS)).toEqual([])
    expect(quiet.session.tick(IDLE_MS + 1)).toEqual([{ do: 'close', reason: 'idle' }])
  })

  test('without a chain asks once more under another name when none comes', () => {
    const fresh: ChainAccess = { ...chain, tip: () => undefined, branchIds: () => [] }
    const play = new Play('outgoing', fresh)
    play.session.opened()
    play.greet()
    expect(play.session.tick(NO_CHAIN_MS - 1)).toEqual([])
    const [again] = play.session.tick(NO_CHAIN_MS)
    expect(again).toMatchObject({ do: 'send', message: { name: 'greeting' } })
    expect(
      again?.do === 'send' && again.message.name === 'greeting' && again.message.value.extra?.get('port'),
    ).not.toBe('9001')
    expect(play.session.tick(NO_CHAIN_MS + 1)).toEqual([])
  })

  test('with a chain asks once more when its peer is far ahead and sends none, and not when it is about even', () => {
    const far = new Play('outgoing')
    far.session.opened()
    far.greet({ topBlock: MiniNumber.of(50) })
    expect(names(far.session.tick(NO_CHAIN_MS))).toEqual(['send greeting'])
    expect(far.session.tick(NO_CHAIN_MS + 1)).toEqual([])

    const even = new Play('outgoing')
    even.session.opened()
    even.greet({ topBlock: MiniNumber.of(7) })
    expect(even.session.tick(NO_CHAIN_MS)).toEqual([])
  })

  test('follows after a sync what was announced during it', () => {
    const play = new Play('incoming')
    play.greet()
    play.isBusy = true
    for (const value of [UNKNOWN, TIP]) expect(play.send({ name: 'txpowId', value })).toEqual([])
    expect(play.session.tick(2)).toEqual([])
    play.isBusy = false
    expect(play.session.tick(3)).toEqual([{ do: 'want', ids: [UNKNOWN] }])
    expect(play.session.tick(4)).toEqual([])
  })

  test('blames for what cannot be read and goes on', () => {
    const play = new Play('incoming')
    expect(play.session.frame({ type: 2, payload: Uint8Array.of(0x20, 0, 0, 0) }, 1)).toMatchObject([
      { do: 'blame', fault: 'unreadable' },
    ])
    expect(play.session.frame({ type: 77, payload: TIP }, 1)).toEqual([])
    expect(names(play.greet())).toContain('greeted')
  })
})
