import { describe, expect, test } from 'vitest'
import { REQUEST_MS, Requests } from './requests.ts'

const id = (n: number): Uint8Array => new Uint8Array(32).fill(n)

describe('requests', () => {
  test('a unit that many announce is asked for once', () => {
    const requests = new Requests()
    expect(requests.want(id(1), 10, 0)).toBe(true)
    expect(requests.want(id(1), 11, 0)).toBe(false)
    expect(requests.want(id(1), 10, 0)).toBe(false)
    expect(requests.want(id(2), 11, 0)).toBe(true)
  })

  test('who does not answer is followed by the next that has it', () => {
    const requests = new Requests()
    requests.want(id(1), 10, 0)
    requests.want(id(1), 11, 5)
    expect(requests.due(REQUEST_MS - 1)).toEqual([])
    expect(requests.due(REQUEST_MS)).toEqual([{ id: id(1), peer: 11 }])
    // Nobody else has it: it can be asked for anew when somebody tells of it.
    expect(requests.due(2 * REQUEST_MS)).toEqual([])
    expect(requests.size).toBe(0)
  })

  test('a peer that leaves is followed at once', () => {
    const requests = new Requests()
    requests.want(id(1), 10, 0)
    requests.want(id(1), 11, 0)
    requests.gone(10)
    expect(requests.due(1)).toEqual([{ id: id(1), peer: 11 }])
  })

  test('never grow beyond their limit', () => {
    const requests = new Requests()
    for (let i = 0; i < 30_000; i++) {
      const bytes = new Uint8Array(32)
      new DataView(bytes.buffer).setUint32(0, i)
      requests.want(bytes, i % 7, 0)
    }
    expect(requests.size).toBe(20_000)
  })
})
