import { expect, test } from 'vitest'
import { collectGarbage } from './collect-garbage.ts'

/** Some 40 MB. */
const fill = (): number[][] => Array.from({ length: 500 }, () => new Array<number>(10_000).fill(1.5))
const usedBytes = (): number => process.memoryUsage().heapUsed

test('what nothing refers to any more is gone after a collection, and nothing else', () => {
  // Tests that ran before in this thread leave theirs.
  collectGarbage()
  const held = { now: fill() }
  const withAll = usedBytes()
  collectGarbage()
  expect(withAll - usedBytes()).toBeLessThan(30_000_000)
  held.now = []
  collectGarbage()
  expect(withAll - usedBytes()).toBeGreaterThan(30_000_000)
})
