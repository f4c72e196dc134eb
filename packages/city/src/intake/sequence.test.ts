import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamHead } from '../streams/index.ts'
import { advanceHead, type PackLink, type PlacedPack, placePack } from './sequence.ts'

/** A stream of packs of 1 to 3 readings, each naming the one before. */
const chain = (counts: readonly number[]): PackLink[] => {
  const links: PackLink[] = []
  let first = 1
  for (const [at, count] of counts.entries()) {
    links.push({ first, count, id: `id${at}`, previous: at === 0 ? null : `id${at - 1}` })
    first += count
  }
  return links
}

/** The stream as a plain list: the slow, obvious way to find neighbours. */
class PlainStream {
  head: StreamHead | undefined
  readonly held: PlacedPack[] = []

  offer(pack: PackLink) {
    const before = this.held.filter(({ first }) => first < pack.first + pack.count).sort((a, b) => b.first - a.first)[0]
    const after = this.held.find(({ first }) => first === pack.first + pack.count)
    const placement = placePack(pack, this.head, { before, after })
    if (placement.kind === 'append' || placement.kind === 'fill') {
      const placed = { ...pack, logFirst: this.held.length }
      this.held.push(placed)
      this.head = advanceHead(this.head, placed, { firstMs: 0, lastMs: 0 })
    }
    return placement.kind
  }
}

describe('placing packs in a stream', () => {
  test('takes every pack of an honest stream exactly once, in whatever order and however often they come', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(
        counts.chain((list) => {
          const packs = chain(list)
          return fc.shuffledSubarray([...packs, ...packs], { minLength: packs.length * 2 })
        }),
        (arrivals) => {
          const stream = new PlainStream()
          const seen = new Set<string>()
          for (const pack of arrivals) {
            const kind = stream.offer(pack)
            if (seen.has(pack.id)) expect(kind).toBe('duplicate')
            else expect(['append', 'fill']).toContain(kind)
            seen.add(pack.id)
          }
          const total = stream.held.reduce((sum, { count }) => sum + count, 0)
          expect(stream.head).toMatchObject({ readings: total, lastSequence: total, lastPack: `id${seen.size - 1}` })
        },
      ),
    )
  })

  test('takes nothing from another chain of the same stream, except where neither neighbour is known', () => {
    const stream = new PlainStream()
    const [one, two, three, four] = chain([2, 2, 2, 2])
    for (const pack of [one!, three!]) stream.offer(pack)
    expect(stream.offer({ ...two!, id: 'other' })).toBe('refused')
    expect(stream.offer({ ...two!, previous: 'other' })).toBe('refused')
    expect(stream.offer({ ...two!, count: 3 })).toBe('refused')
    expect(stream.offer({ ...four!, previous: 'other' })).toBe('refused')
    expect(stream.offer({ ...four!, previous: null })).toBe('refused')
    expect(stream.offer({ ...one!, id: 'other', previous: 'other' })).toBe('refused')
    expect(stream.offer(two!)).toBe('fill')
    expect(stream.offer(four!)).toBe('append')
  })
})
