import { MinipolisError } from '@minipolis/minima'
import { expect, test } from 'vitest'
import { Troubles } from './troubles.ts'

const poor = () => new MinipolisError('insufficient-funds', 'the wallet holds nothing')
const fails = (error: unknown) => async () => {
  throw error
}

test('a trouble is told once while it lasts, and again when it comes back', async () => {
  const told: unknown[] = []
  const troubles = new Troubles((error) => told.push(error))
  const first = poor()
  await troubles.during(fails(first))
  await troubles.during(fails(poor()))
  expect(told).toEqual([first])
  await troubles.during(async () => undefined)
  await troubles.during(fails(poor()))
  expect(told).toHaveLength(2)
})

test('every trouble of a step is told, but none that the next step mends', async () => {
  const told: unknown[] = []
  const troubles = new Troubles((error) => told.push((error as Error).message))
  const step = async () => {
    troubles.meet(new MinipolisError('anchor-lost', 'anchor 1 is lost'))
    troubles.meet(new MinipolisError('busy', 'coins are in use'))
    throw new MinipolisError('unavailable', 'the node starts')
  }
  await troubles.during(step)
  await troubles.during(async () => {
    await step().catch(() => undefined)
    throw poor()
  })
  expect(told).toEqual(['anchor 1 is lost', 'the wallet holds nothing'])
})
