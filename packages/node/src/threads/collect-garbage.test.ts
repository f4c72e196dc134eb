import { expect, test } from 'vitest'
import { collectGarbage } from './collect-garbage.ts'

test('what nothing refers to any more is gone after a collection, and nothing else', () => {
  let garbage: number[][] | undefined = Array.from({ length: 500 }, () => new Array<number>(10_000).fill(1.5))
  const kept = new WeakRef(garbage)
  const withGarbage = process.memoryUsage().heapUsed
  collectGarbage()
  expect(garbage[499]![9_999]).toBe(1.5)
  expect(kept.deref()).toBe(garbage)
  garbage = undefined
  collectGarbage()
  expect(withGarbage - process.memoryUsage().heapUsed).toBeGreaterThan(30_000_000)
})
