import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectGarbage } from '../../src/threads/index.ts'
import { until } from '../peer-node.ts'
import { Attack, type Row } from './attack.ts'
import { AttackedNode } from './attacked-node.ts'
import { downloads } from './downloads.ts'
import { floods } from './floods.ts'
import { framing } from './framing.ts'
import { greetings } from './greetings.ts'
import { memory } from './memory.ts'
import { services } from './services.ts'
import { slots } from './slots.ts'
import { topology } from './topology.ts'
import { units } from './units.ts'

/** Bytes by which the heap and its buffers may grow over one attack. */
const GROWTH_MAX = 96 * 1024 * 1024

/** One node bears them all, one after the other; those that let hours go by come last. */
const rows: readonly Row[] = [
  ...framing,
  ...greetings,
  ...downloads,
  ...units,
  ...floods,
  ...services,
  ...slots,
  ...topology,
  ...memory,
]

const heldBytes = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

describe('a running node', () => {
  let target: AttackedNode

  beforeAll(async () => {
    target = await AttackedNode.start()
  })
  afterAll(() => target.stop())

  test.each(rows.map((row) => [row.name, row] as const))(
    'bears %s',
    async (_, { attack, expects, laterMs = 0, movesTip = false, also }) => {
      const { node } = target
      const { tip } = node
      const before = heldBytes()
      const a = new Attack(target)
      const peer = await attack(a)
      await target.isServed()
      await target.passTime(laterMs)
      if (expects === 'borne') {
        await new Promise((resolve) => setTimeout(resolve, 30))
      } else {
        await until(() => peer.isClosed, 'the attacker is cut off', 5_000)
        if (expects === 'banned') expect(a.isBanned).toBe(true)
      }
      await also?.(a, peer)
      await target.isServed()
      if (!movesTip) expect(node.tip).toBe(tip)
      expect(node.events.filter(({ kind }) => kind === 'failed')).toEqual([])
      target.closeAttackers()
      // What only waits to be collected is not held.
      if (heldBytes() - before >= GROWTH_MAX) collectGarbage()
      expect(heldBytes() - before).toBeLessThan(GROWTH_MAX)
    },
  )

  test('has borne more than forty attacks', () => {
    expect(rows.length).toBeGreaterThanOrEqual(40)
  })
})
