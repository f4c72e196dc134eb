import { describe, expect, test } from 'vitest'
import { AddressBudgets } from './address-budgets.ts'
import { BAN_MS, Conduct } from './conduct.ts'
import { MessageRates } from './message-rates.ts'
import { formatAddress, ipBlock, isInternal, parseAddress, plainIp, siteOf } from './peer-address.ts'
import { Slots } from './slots.ts'
import { TokenBucket } from './token-bucket.ts'

describe('a token bucket', () => {
  test('gives a burst and then so many per second', () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, 0)
    expect([1, 2, 3, 4].map(() => bucket.tryTake(0))).toEqual([true, true, true, false])
    expect(bucket.waitMs(0)).toBe(500)
    expect(bucket.tryTake(499)).toBe(false)
    expect(bucket.tryTake(500)).toBe(true)
    expect(bucket.tryTake(60_000)).toBe(true)
  })

  test('is not drained by a clock that is set back', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 1 }, 10_000)
    expect(bucket.tryTake(10_000)).toBe(true)
    expect(bucket.tryTake(5_000)).toBe(true)
  })

  test('owes what was spent beyond it', () => {
    const bucket = new TokenBucket({ burst: 10, perSecond: 10 }, 0)
    bucket.spend(30, 0)
    expect(bucket.waitMs(0)).toBe(2_100)
  })
})

describe('the budget of an address', () => {
  test('counts what it asks for over all its connections, and not what turned out to be cheap', () => {
    const budgets = new AddressBudgets()
    const takes = (count: number, ip = '192.0.2.1'): boolean[] =>
      Array.from({ length: count }, () => budgets.tryTake('ibd', ip, 0))
    expect(takes(12)).not.toContain(false)
    expect(takes(1)).toEqual([false])
    budgets.giveBack('ibd', '192.0.2.1')
    expect(takes(2)).toEqual([true, false])
    expect(takes(1, '192.0.2.2')).toEqual([true])
  })
})

describe('conduct', () => {
  test('keeps out an address that was at fault too often, for ten minutes', () => {
    const conduct = new Conduct()
    for (let i = 0; i < 9; i++) expect(conduct.blame('1.2.3.4', 'refused-txpow', 0)).toBe(false)
    expect(conduct.blame('1.2.3.4', 'refused-txpow', 0)).toBe(true)
    expect(conduct.isBanned('1.2.3.4', BAN_MS - 1)).toBe(true)
    expect(conduct.isBanned('1.2.3.5', 0)).toBe(false)
    expect(conduct.isBanned('1.2.3.4', BAN_MS)).toBe(false)
  })

  test('forgives what was long ago', () => {
    const conduct = new Conduct()
    for (let i = 0; i < 40; i++) expect(conduct.blame('1.2.3.4', 'refused-txpow', i * 60_000)).toBe(false)
  })
})

describe('slots', () => {
  test('are bounded for an address, a block of addresses and in all', () => {
    const slots = new Slots({ total: 5, perIp: 2, perBlock: 3 })
    expect(['1.1.1.1', '1.1.1.1', '1.1.1.1'].map((ip) => slots.tryTake(ip))).toEqual([true, true, false])
    expect(['1.1.1.2', '1.1.1.3'].map((ip) => slots.tryTake(ip))).toEqual([true, false])
    expect(['2.1.1.1', '3.1.1.1', '4.1.1.1'].map((ip) => slots.tryTake(ip))).toEqual([true, true, false])
    slots.release('1.1.1.1')
    expect(slots.tryTake('1.1.1.3')).toBe(true)
  })

  test('are no more for one who takes a new IPv6 address each time', () => {
    const slots = new Slots({ total: 5, perIp: 2, perBlock: 3 })
    const ips = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1']
    expect(ips.map((ip) => slots.tryTake(ip))).toEqual([true, true, false, true])
    slots.release('2001:db8::2')
    expect(slots.tryTake('2001:db8::4')).toBe(true)
  })
})

describe('message rates', () => {
  test('are counted for each type on its own', () => {
    const rates = new MessageRates()
    expect(rates.admit('greeting', 0)).toBeUndefined()
    expect(rates.admit('greeting', 0)).toBeUndefined()
    expect(rates.admit('greeting', 0)).toMatchObject({ over: 'close' })
    expect(rates.admit('pulse', 0)).toBeUndefined()
  })

  test('let through all that a node asks for after a long absence', () => {
    const rates = new MessageRates()
    for (let i = 0; i < 1000; i++) expect(rates.admit('txpowRequest', 0)).toBeUndefined()
    expect(rates.admit('txpowRequest', 0)).toEqual({ over: 'wait', waitMs: 5 })
  })
})

describe('addresses', () => {
  test('are host and port', () => {
    expect(parseAddress('node.example.org:9001')).toEqual({ host: 'node.example.org', port: 9001 })
    expect(parseAddress('[2001:db8::7]:9001')).toEqual({ host: '2001:db8::7', port: 9001 })
    expect(formatAddress({ host: '2001:db8::7', port: 9001 })).toBe('[2001:db8::7]:9001')
    expect(formatAddress({ host: '192.0.2.7', port: 9001 })).toBe('192.0.2.7:9001')
    for (const text of ['2001:db8::7:9001', '[2001:db8::7]', '[1:2:3]:9001', '[host]:9001', '[]:9001', '::1:9001']) {
      expect(() => parseAddress(text), text).toThrow(expect.objectContaining({ code: 'bad-address' }))
    }
    for (const text of ['', 'host', ':9001', 'host:', 'host:0', 'host:70000', 'a b:1', 'host:1e3']) {
      expect(() => parseAddress(text), text).toThrow(expect.objectContaining({ code: 'bad-address' }))
    }
  })

  test('of one owner are counted together', () => {
    expect(plainIp('::ffff:10.1.2.3')).toBe('10.1.2.3')
    expect(ipBlock('10.1.2.3')).toBe('10.1.2')
    expect(ipBlock('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
    expect(ipBlock('2001:db8::5:6')).toBe('2001:db8:0:0')
    expect(ipBlock('::1')).toBe('0:0:0:0')
    expect(plainIp('fe80::1%eth0')).toBe('fe80::1')
    expect(['10.1.2.3', '2001:db8::5:6', 'node.example.org'].map(siteOf)).toEqual([
      '10.1.2.3',
      '2001:db8:0:0::/64',
      'node.example.org',
    ])
  })

  test('of the own machine and network are told by their text, as the reference does', () => {
    expect(['127.0.0.1', '10.0.0.1', '192.168.0.1', 'localhost'].every(isInternal)).toBe(true)
    expect(['::1', '::', 'fe80::1', 'fd12:3456::1'].every(isInternal)).toBe(true)
    expect(isInternal('8.8.8.8')).toBe(false)
    expect(isInternal('2001:db8::7')).toBe(false)
  })
})
