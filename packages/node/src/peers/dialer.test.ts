import { describe, expect, test } from 'vitest'
import { Dialer, type Loss, RECONNECT_MS } from './dialer.ts'

const address = { host: '192.0.2.1', port: 9001 }
const unreachable: Loss = { reason: 'ended', wasGreeted: false }
const lost: Loss = { reason: 'ended', wasGreeted: true }

/** Dials at each due time and loses the connection like that. @returns whether it was given up, one for each attempt */
function attempts(dialer: Dialer, losses: readonly Loss[]): boolean[] {
  return losses.map((loss, i) => {
    const nowMs = i * RECONNECT_MS
    expect(dialer.due(nowMs)).toEqual([address])
    expect(dialer.due(nowMs), 'while it is busy').toEqual([])
    return dialer.lost(address, loss, nowMs)
  })
}

describe('an address to dial', () => {
  test('that was found is given up after three calls that nobody answered with a greeting', () => {
    const dialer = new Dialer(RECONNECT_MS)
    dialer.add(address, false, 0)
    expect(attempts(dialer, [unreachable, unreachable, unreachable])).toEqual([false, false, true])
    expect(dialer.size).toBe(0)
  })

  test('that was a peer for a while gets three calls again', () => {
    const dialer = new Dialer(RECONNECT_MS)
    dialer.add(address, false, 0)
    const losses = [unreachable, unreachable, lost, unreachable, unreachable, unreachable]
    expect(attempts(dialer, losses)).toEqual([false, false, false, false, false, true])
  })

  test('that was set by hand is called for ever, seldom when it follows another chain', () => {
    const dialer = new Dialer(RECONNECT_MS)
    dialer.add(address, true, 0)
    expect(
      attempts(
        dialer,
        Array.from({ length: 20 }, () => unreachable),
      ),
    ).not.toContain(true)
    const nowMs = 1_000_000
    dialer.due(nowMs)
    expect(dialer.lost(address, { reason: 'other-chain', wasGreeted: true }, nowMs)).toBe(false)
    expect(dialer.due(nowMs + RECONNECT_MS)).toEqual([])
    dialer.dialAll()
    expect(dialer.due(nowMs + RECONNECT_MS)).toEqual([address])
  })

  test('is not called again when it is taken away meanwhile', () => {
    const dialer = new Dialer(RECONNECT_MS)
    dialer.add(address, true, 0)
    dialer.due(0)
    dialer.remove(address)
    expect(dialer.has(address)).toBe(false)
    expect(dialer.lost(address, lost, 0)).toBe(false)
    expect(dialer.due(RECONNECT_MS)).toEqual([])
  })

  test('is one of 64 that were found, and one of any number set by hand', () => {
    const dialer = new Dialer(RECONNECT_MS)
    for (let port = 1; port <= 100; port++) dialer.add({ ...address, port }, false, 0)
    expect(dialer.size).toBe(64)
    dialer.add({ ...address, port: 200 }, true, 0)
    expect(dialer.size).toBe(65)
  })
})
