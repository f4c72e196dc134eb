import { describe, expect, test } from 'vitest'
import type { P2PWalk } from '../wire/index.ts'
import { type P2PAction, P2PLayer } from './p2p-layer.ts'
import type { P2PSettings } from './p2p-settings.ts'

const SETTINGS: P2PSettings = {
  acceptsLinks: true,
  links: 3,
  clients: 2,
  allowInternal: false,
  seeds: [],
  host: '1.0.0.1',
  loopMs: 1000,
}
const PORT = 9001
const RANDOM = (size: number): Uint8Array => new Uint8Array(size)

const layer = (settings: Partial<P2PSettings> = {}): P2PLayer => new P2PLayer({ ...SETTINGS, ...settings }, RANDOM)

/** A link to a peer that accepts links, its P2P greeting read. */
function link(p2p: P2PLayer, id: number, isOutgoing: boolean): P2PAction[] {
  const host = `2.0.${id}.1`
  p2p.linkUp({ id, host, ip: host, isOutgoing }, PORT, 0)
  return p2p.message(
    id,
    {
      kind: 'greeting',
      port: PORT,
      neighbourhood: { clients: 0, clientsMax: 100, outLinks: [], inLinks: [] },
      knownPeers: [],
    },
    0,
  )
}

const walk = (change: Partial<P2PWalk> = {}): P2PWalk => ({
  kind: 'walk',
  secret: '0x01',
  walkInLinks: true,
  isJoining: true,
  isClient: false,
  clientSlots: 0,
  isReturning: false,
  path: [],
  ...change,
})

describe('the P2P layer', () => {
  test('greets a new link, and asks for its own address when it does not know it', () => {
    const actions = new P2PLayer({ ...SETTINGS, host: undefined as never }, RANDOM).linkUp(
      { id: 1, host: '2.0.0.1', ip: '2.0.0.1', isOutgoing: true },
      PORT,
      0,
    )
    expect(actions).toMatchObject([{ message: { kind: 'greeting', port: PORT } }, { message: { kind: 'ask-ip' } }])
  })

  test('without links connects to a known peer, with few it begins a walk, with enough it leaves the next', () => {
    const p2p = layer({ seeds: [{ host: '3.0.0.1', port: 9001 }] })
    expect(p2p.tick(10_000)).toContainEqual({ do: 'connect', address: { host: '3.0.0.1', port: 9001 } })
    link(p2p, 1, true)
    expect(p2p.tick(20_000)).toMatchObject([
      { do: 'probe' },
      { do: 'send', to: 1, message: { kind: 'walk', isJoining: true } },
    ])
    for (const id of [2, 3]) expect(link(p2p, id, true)).toEqual([])
    expect(link(p2p, 4, true)).toEqual([{ do: 'disconnect', id: 4 }])
  })

  test('passes a walk on to a link that it has not seen, and turns it back at its end', () => {
    const p2p = layer()
    link(p2p, 1, false)
    link(p2p, 2, false)
    expect(p2p.message(1, walk(), 0)).toEqual([
      { do: 'send', to: 2, message: walk({ path: [{ host: '2.0.1.1', port: PORT }] }) },
    ])
    const seen = [{ host: '2.0.2.1', port: PORT }]
    expect(p2p.message(1, walk({ path: seen }), 0)).toEqual([
      {
        do: 'send',
        to: 1,
        message: walk({
          isReturning: true,
          path: [...seen, { host: '2.0.1.1', port: PORT }, { host: '1.0.0.1', port: PORT }],
        }),
      },
    ])
  })

  test('connects to the end of a walk of its own, once, and to nothing that comes back unasked', () => {
    const p2p = layer()
    link(p2p, 1, true)
    const own = { host: '1.0.0.1', port: PORT }
    const end = { host: '4.0.0.1', port: PORT }
    const back = walk({
      secret: '0x0000000000000000',
      isReturning: true,
      path: [own, { host: '2.0.1.1', port: PORT }, end],
    })
    expect(p2p.message(1, back, 20_000)).toEqual([])
    p2p.tick(20_000)
    expect(p2p.message(1, back, 20_001)).toEqual([{ do: 'connect', address: end }])
    expect(p2p.message(1, back, 20_002)).toEqual([])
  })

  test('leaves a peer for another only rarely, with links left, and for one that answered a probe', () => {
    const p2p = layer()
    for (const id of [1, 2, 3]) link(p2p, id, true)
    const target = { host: '5.0.0.1', port: 9001 }
    const wish = { kind: 'swap', secret: '', target } as const
    expect(p2p.message(1, wish, 0)).toEqual([])
    p2p.probed(target, true, 0)
    expect(p2p.message(1, wish, 0)).toEqual([
      { do: 'connect', address: target },
      { do: 'disconnect', id: 1 },
    ])
    p2p.linkDown(1)
    p2p.probed(target, true, 0)
    expect(p2p.message(2, wish, 1)).toEqual([])
    expect(p2p.message(2, { ...wish, target: { host: '10.0.0.1', port: 9001 } }, 10_000_000)).toEqual([])
  })

  test('takes for its address what three peers see, and not what one says', () => {
    const p2p = new P2PLayer({ ...SETTINGS, host: undefined as never }, (size) => {
      counter++
      return new Uint8Array(size).fill(counter)
    })
    let counter = 0
    const told: string[] = []
    for (const id of [1, 2, 3]) {
      const asked = p2p.linkUp({ id, host: `2.0.${id}.1`, ip: `2.0.${id}.1`, isOutgoing: true }, PORT, 0)
      const secret = asked.flatMap((action) =>
        action.do === 'send' && action.message.kind === 'ask-ip' ? [action.message.secret] : [],
      )[0]!
      p2p.message(id, { kind: 'tell-ip', ip: '9.9.9.9', secret }, 1)
      const greeting = p2p.linkUp({ id: id + 10, host: '3.3.3.3', ip: '3.3.3.3', isOutgoing: false }, PORT, 1)[0]
      told.push(JSON.stringify(greeting))
    }
    expect(told.map((text) => text.includes('9.9.9.9'))).toEqual([false, false, true])
  })
})

describe('a node that does not know its address', () => {
  const askedOver = (p2p: P2PLayer, id: number, ip: string, isOutgoing: boolean): string[] =>
    p2p
      .linkUp({ id, host: ip, ip, isOutgoing }, PORT, 0)
      .flatMap((action) => (action.do === 'send' && action.message.kind === 'ask-ip' ? [action.message.secret] : []))

  const create = (): P2PLayer => {
    let counter = 0
    return new P2PLayer({ ...SETTINGS, host: undefined as never }, (size) => new Uint8Array(size).fill(++counter))
  }

  test('asks nobody who called it, because one alone can call many times', () => {
    expect(askedOver(create(), 1, '2.0.1.1', false)).toEqual([])
  })

  test('does not believe three peers of one place', () => {
    const p2p = create()
    for (const id of [1, 2, 3, 4]) {
      const [secret] = askedOver(p2p, id, `2.0.0.${id}`, true)
      p2p.message(id, { kind: 'tell-ip', ip: '6.6.6.6', secret: secret! }, 1)
    }
    expect(p2p.host).toBeUndefined()
  })
})

describe('a node with too many clients', () => {
  const client = (p2p: P2PLayer, id: number): void => {
    p2p.linkUp({ id, host: `2.0.${id}.1`, ip: `2.0.${id}.1`, isOutgoing: false }, PORT, 0)
    p2p.message(id, { kind: 'greeting', port: PORT, neighbourhood: undefined, knownPeers: [] }, 0)
  }

  test('looks for one with places and asks some clients to go there', () => {
    const p2p = layer({ links: 1 })
    link(p2p, 1, false)
    for (const id of [11, 12, 13]) client(p2p, id)
    const walks = p2p.tick(20_000).filter((action) => action.do === 'send')
    expect(walks).toMatchObject([{ to: 1, message: { kind: 'walk', isClient: true } }])
    const own = { host: '1.0.0.1', port: PORT }
    const target = { host: '4.0.0.1', port: PORT }
    const back = walk({
      secret: '0x0000000000000000',
      isClient: true,
      isJoining: false,
      isReturning: true,
      clientSlots: 2,
      path: [own, target],
    })
    expect(p2p.message(1, back, 20_001)).toMatchObject([{ do: 'send', to: 11, message: { kind: 'swap', target } }])
  })
})

describe('a node that nobody reaches', () => {
  test('says so after an hour and is told of no more', () => {
    const p2p = layer()
    link(p2p, 1, true)
    p2p.tick(1)
    expect(p2p.tick(3_600_001)).toContainEqual({ do: 'send', to: 1, message: { kind: 'not-accepting' } })
    expect(p2p.linkUp({ id: 2, host: '2.0.2.1', ip: '2.0.2.1', isOutgoing: true }, PORT, 0)[0]).toMatchObject({
      message: { kind: 'greeting', neighbourhood: undefined },
    })
  })
})
