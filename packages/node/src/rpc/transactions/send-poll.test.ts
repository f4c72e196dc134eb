import { expect, test } from 'vitest'
import { SendPoll } from './send-poll.ts'

const parts = { random: (size: number) => crypto.getRandomValues(new Uint8Array(size)), failed: () => undefined }

test('a payment that was taken back while another one is tried is not made', async () => {
  const polls = new SendPoll()
  const first = Promise.withResolvers<boolean>()
  const made: string[] = []
  polls.add(parts, { shown: 'send 1', attempt: () => first.promise })
  const second = polls.add(parts, {
    shown: 'send 2',
    attempt: async () => {
      made.push('send 2')
      return true
    },
  })
  const round = polls.attemptAll(parts.failed)
  polls.remove(second.uid)
  first.resolve(false)
  await round
  expect(made).toEqual([])
  expect(polls.list().map(({ shown }) => shown)).toEqual(['send 1'])
  polls.stop()
})
