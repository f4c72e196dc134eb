import { describe, expect, test } from 'vitest'
import { KNOWN_PEERS_MAX, KnownPeers } from './known-peers.ts'
import type { PeerAddress } from './peer-address.ts'

const PORT = 9001
const RETRY_MS = 30 * 60_000
const at = (host: string): PeerAddress => ({ host, port: PORT })
/** `0` lets everybody in, `255` nobody. */
const create = (draw = 0): KnownPeers => new KnownPeers(false, (size) => new Uint8Array(size).fill(draw))

function probeAll(known: KnownPeers, seconds: number, fromMs = 0): string[] {
  return Array.from({ length: seconds }, (_, i) => known.nextToCheck(fromMs + i * 1_000)).flatMap(
    (address) => address?.host ?? [],
  )
}

const answer = (isGood: boolean, nowMs: number, isOnline = true) => ({ isGood, isOnline, nowMs })

describe('known peers', () => {
  test('are taken from one message a few at a time, one per block of addresses, none of the own network, none by name', () => {
    const known = create()
    const many = Array.from({ length: 250 }, (_, i) => at(`6.0.${i}.1`))
    known.suggest([at('6.0.0.9'), at('192.168.1.1'), at('fd00::1'), at('intranet.example'), ...many], '5.0.0.1')
    const probed = probeAll(known, 100)
    expect(probed).toHaveLength(20)
    expect(probed.filter((host) => !host.startsWith('6.0.'))).toEqual([])
    expect(probed.filter((host) => host.startsWith('6.0.0.'))).toHaveLength(1)
    expect(known.all()).toEqual([])
  })

  test('are probed once a second at most, and are told of only when they answered', () => {
    const known = create()
    known.suggest([at('7.0.0.1'), at('8.0.0.1')], '5.0.0.1')
    expect(known.nextToCheck(1_000)).toEqual(at('7.0.0.1'))
    expect(known.nextToCheck(1_999)).toBeUndefined()
    known.checked(at('7.0.0.1'), answer(true, 2_000))
    expect(known.all()).toEqual([at('7.0.0.1')])
    known.checked(at('7.0.0.1'), answer(false, 3_000))
    expect(known.all()).toEqual([])
  })

  test('of one peer that tells lists without end leave room for what others tell', () => {
    const known = create()
    for (let i = 0; i < 100; i++) {
      known.suggest(
        Array.from({ length: 20 }, (_, k) => at(`9.${i}.${k}.1`)),
        '5.0.0.1',
      )
    }
    known.suggest([at('7.0.0.1')], '5.0.1.1')
    expect(probeAll(known, 100)).toContain('7.0.0.1')
  })

  test('of many peers cannot push out what the operator gave, which is probed first', () => {
    const known = create()
    known.addKept([at('4.0.0.1')])
    for (let i = 0; i < 60; i++) {
      known.suggest(
        Array.from({ length: 20 }, (_, k) => at(`9.${i}.${k}.1`)),
        `5.0.${i}.1`,
      )
    }
    expect(known.nextToCheck(0)).toEqual(at('4.0.0.1'))
  })

  test('of one place take few places, and in a full list a new one takes the place of one drawn by lot', () => {
    const known = create()
    for (let i = 0; i < 100; i++) known.checked(at(`6.0.0.${i}`), answer(true, 0))
    expect(known.all()).toHaveLength(8)
    for (let i = 0; i < KNOWN_PEERS_MAX + 20; i++) known.checked(at(`7.${i >> 4}.${i & 15}.1`), answer(true, 0))
    expect(known.all()).toHaveLength(KNOWN_PEERS_MAX)
    expect(known.isVerified(at('6.0.0.0'))).toBe(false)

    const closed = create(255)
    for (let i = 0; i < KNOWN_PEERS_MAX + 20; i++) closed.checked(at(`7.${i >> 4}.${i & 15}.1`), answer(true, 0))
    expect(closed.isVerified(at('7.0.0.1'))).toBe(true)
    expect(closed.all()).toHaveLength(KNOWN_PEERS_MAX)
  })

  test('that fall silent are tried three times and then forgotten, while the node reaches others', () => {
    const known = create()
    known.checked(at('7.0.0.1'), answer(true, 0))
    known.checked(at('7.0.0.1'), answer(false, 0))
    for (let failures = 1; failures < 3; failures++) {
      expect(known.toKeep()).toEqual([at('7.0.0.1')])
      const nowMs = failures * RETRY_MS
      expect(known.nextToCheck(nowMs - 1)).toBeUndefined()
      expect(known.nextToCheck(nowMs)).toEqual(at('7.0.0.1'))
      known.checked(at('7.0.0.1'), answer(false, nowMs))
    }
    expect(known.toKeep()).toEqual([])
  })

  test('are kept as they are while the node reaches nobody', () => {
    const known = create()
    known.addKept([at('4.0.0.1')])
    for (let hour = 0; hour < 10; hour++) {
      expect(known.nextToCheck(hour * 3_600_000)).toEqual(at('4.0.0.1'))
      known.checked(at('4.0.0.1'), answer(false, hour * 3_600_000, false))
    }
    expect(known.toKeep()).toEqual([at('4.0.0.1')])
  })

  test('are all probed again when that is asked for, and stay known meanwhile', () => {
    const known = create()
    for (const host of ['6.0.0.1', '7.0.0.1']) known.checked(at(host), answer(true, 0))
    known.checkAgain()
    expect(known.all()).toHaveLength(2)
    expect(probeAll(known, 5)).toEqual(['6.0.0.1', '7.0.0.1'])
  })
})
