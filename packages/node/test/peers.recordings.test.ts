import { describe, expect, test } from 'vitest'
import { runEdgeCase } from '../src/sync/replay/edge-cases.ts'
import { networkCases } from '../src/sync/replay/index.ts'
import { timedFrames } from '../src/sync/replay/network-recording.ts'
import { type EdgeRecording, edgeRecording, networkRecordings } from './recordings.ts'

/** Where a node may be stricter than the reference, and is. Source: spec 06 section 13 */
const STRICTER: Readonly<Record<string, { readonly answers: readonly string[]; readonly closed: boolean }>> = {
  // What never greeted has no chain to compare.
  'pulse-no-common': { answers: [], closed: false },
  'pulse-empty': { answers: [], closed: false },
  'pulse-version-2': { answers: [], closed: false },
  'pulse-common': { answers: [], closed: false },
  'pulse-1000': { answers: [], closed: false },
}

describe.each(networkRecordings())('$name', ({ recording }) => {
  test('plays through our peer code in both roles', async () => {
    const failed: string[] = []
    let played = 0
    for (const { name, check } of networkCases(recording)!) {
      if (!name.includes('played')) continue
      played++
      try {
        await check()
      } catch (error) {
        failed.push(`${name}: ${String(error)}`)
      }
    }
    expect(failed).toEqual([])
    if (recording.title.startsWith('Fresh')) expect(played).toBeGreaterThan(0)
  })
})

test('of two frames at the same time the one that is recorded first comes first', () => {
  const ping = { length: 6, type: 8, offset: 0, t: 5 }
  const frames = timedFrames({
    id: 0,
    c2s: '0x00000006080000000101',
    s2c: '0x00000006080000000102',
    c2s_start: 0,
    s2c_start: 0,
    messages: [
      { ...ping, dir: 's2c' },
      { ...ping, dir: 'c2s' },
    ],
  })
  expect(frames.map(({ dir }) => dir)).toEqual(['s2c', 'c2s'])
})

describe('the prepared byte strings', () => {
  const recording: EdgeRecording = edgeRecording()
  test.each(recording.cases.map((edge) => [edge.id, edge] as const))(
    '%s is answered as the reference does, or more strictly',
    async (id, edge) => {
      const outcome = await runEdgeCase(edge, recording.node_state.tip_at_start)
      const expected = STRICTER[id] ?? {
        // Without a messaging layer there is no address of it to tell.
        answers: edge.answers.map(({ name }) => name).filter((name) => name !== 'MAXIMA_CTRL'),
        closed: edge.closed,
      }
      if (edge.send.length / 2 < edge.send_length) return
      expect(outcome).toEqual(expected)
    },
  )
})
