import { toHex } from '@minipolis/minima'
import { describe, expect, test } from 'vitest'
import { OtherBodies } from './other-bodies.ts'

const id = new Uint8Array(32).fill(1)
const odd = Uint8Array.of(1, 2, 3)
const peer = (number: number, site = `192.0.2.${number}`) => ({ id: number, site })

describe('a body that does not fit', () => {
  test('is taken when three sites show the same', () => {
    const bodies = new OtherBodies()
    expect(bodies.came(id, odd, peer(1), 9, 0)).toBeUndefined()
    expect(bodies.came(id, odd, peer(2, '192.0.2.1'), 9, 0)).toBeUndefined()
    expect(bodies.came(id, odd, peer(3, '192.0.2.1'), 9, 0)).toBeUndefined()
    expect(bodies.came(id, Uint8Array.of(4), peer(4), 9, 0)).toBeUndefined()
    expect(bodies.came(id, odd, peer(5), 9, 0)).toBeUndefined()
    expect(bodies.came(id, odd, peer(6), 9, 0)).toEqual(odd)
    expect(bodies.due(1_000_000)).toEqual([])
  })

  test('is taken at once when there is nobody else to ask, and else when time is up', () => {
    const bodies = new OtherBodies()
    expect(bodies.came(id, odd, peer(1), 1, 0)).toEqual(odd)
    expect(bodies.came(id, odd, peer(1), 2, 0)).toBeUndefined()
    expect(bodies.due(4_999)).toEqual([])
    expect(bodies.due(5_000)).toEqual([{ payload: odd, from: 1 }])
    expect(bodies.due(5_000)).toEqual([])
  })

  test('makes others be asked, each once, those of other sites first', () => {
    const bodies = new OtherBodies()
    const peers = [peer(1), peer(2, '192.0.2.1'), peer(3), peer(4), peer(5)]
    const asked = (): number[] => bodies.toAsk(toHex(id), peers).map((other) => other.id)
    expect(asked()).toEqual([])
    bodies.came(id, odd, peers[0]!, peers.length, 0)
    expect(asked()).toEqual([3, 4])
    expect(asked()).toEqual([5, 2])
    expect(asked()).toEqual([])
  })

  test('is forgotten when the one that fits came', () => {
    const bodies = new OtherBodies()
    bodies.came(id, odd, peer(1), 2, 0)
    bodies.have(toHex(id))
    expect(bodies.due(5_000)).toEqual([])
  })
})
