import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type P2PMessage, parseP2P, printP2P } from './p2p-message.ts'
import { WireError } from './wire-error.ts'

const host = fc.string({ maxLength: 20 })
const address = fc.record({ host, port: fc.nat(65_535) })
const addresses = fc.array(address, { maxLength: 5 })
const message: fc.Arbitrary<P2PMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('greeting' as const),
    port: fc.nat(65_535),
    neighbourhood: fc.option(
      fc.record({ clients: fc.nat(100), clientsMax: fc.nat(100), outLinks: addresses, inLinks: addresses }),
      { nil: undefined },
    ),
    knownPeers: addresses,
  }),
  fc.record({ kind: fc.constant('ask-ip' as const), secret: host }),
  fc.record({ kind: fc.constant('tell-ip' as const), ip: host, secret: host }),
  fc.record({
    kind: fc.constant('walk' as const),
    secret: host,
    walkInLinks: fc.boolean(),
    isJoining: fc.boolean(),
    isClient: fc.boolean(),
    clientSlots: fc.nat(100),
    isReturning: fc.boolean(),
    path: addresses,
  }),
  fc.record({ kind: fc.constant('swap' as const), secret: host, target: address }),
  fc.constant({ kind: 'not-accepting' as const }),
)

describe('P2P messages', () => {
  test('survive the way to text and back', () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(parseP2P(printP2P(value))).toEqual(value)
      }),
    )
  })

  test('of any text give a message, nothing, or a typed refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `{"swap_links_p2p":${json}}`),
        ),
        (text) => {
          try {
            parseP2P(text)
          } catch (error) {
            expect(error).toBeInstanceOf(WireError)
          }
        },
      ),
    )
  })

  test('with unknown keys mean nothing', () => {
    expect(parseP2P('{"swap_links_p2p":{"dance":1}}')).toBeUndefined()
    expect(parseP2P('{}')).toBeUndefined()
    expect(parseP2P('no json')).toBeUndefined()
  })

  test('read a number that is none as 0', () => {
    expect(
      parseP2P('{"swap_links_p2p":{"do_swap":{"secret":"","swap_target_host":"a","swap_target_port":"9"}}}'),
    ).toEqual({
      kind: 'swap',
      secret: '',
      target: { host: 'a', port: 0 },
    })
  })

  test('with more addresses or hops than any honest node knows are refused', () => {
    const many = Array.from({ length: 301 }, (_, i) => ({ host: '1.1.1.1', port: i }))
    const greeting = printP2P({ kind: 'greeting', port: 1, neighbourhood: undefined, knownPeers: many })
    expect(() => parseP2P(greeting)).toThrow(expect.objectContaining({ code: 'p2p-shape' }))
  })
})
