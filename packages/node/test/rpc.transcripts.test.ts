import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { differences } from '../src/transcripts/compare.ts'
import { parseTranscripts, replayTranscripts, type Transcript, type TranscriptFile } from '../src/transcripts/index.ts'
import { RecordedNode } from '../src/transcripts/recorded-node.ts'
import { seededBytes } from '../src/transcripts/seeded-bytes.ts'

const excerpt = new URL('./fixtures/rpc-excerpt.json', import.meta.url)
const oddCalls = new URL('./fixtures/rpc-odd-calls.json.gz', import.meta.url)
const complete = new URL('../../../../shared/vectors/rpc-transcripts.json', import.meta.url)

async function failures(file: URL): Promise<{ passed: number; failed: string[] }> {
  const bytes = readFileSync(file)
  return replayed(parseTranscripts((file.pathname.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')))
}

async function replayed(recording: TranscriptFile): Promise<{ passed: number; failed: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-transcripts-'))
  const result = { passed: 0, failed: [] as string[] }
  try {
    for await (const { transcript, differences } of replayTranscripts(recording, { folder })) {
      if (differences.length === 0) result.passed++
      else result.failed.push(`${transcript.n} ${transcript.request.slice(0, 80)}: ${differences[0]}`)
    }
    return result
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('calls recorded from the reference', () => {
  test('the excerpt is answered as recorded', { timeout: 60_000 }, async () => {
    expect(await failures(excerpt)).toEqual({ passed: 105, failed: [] })
  })

  test('odd calls are answered as recorded', { timeout: 180_000 }, async () => {
    expect(await failures(oddCalls)).toEqual({ passed: 1035, failed: [] })
  })

  test.skipIf(!existsSync(complete))('all of them are answered as recorded', { timeout: 180_000 }, async () => {
    const { failed } = await failures(complete)
    expect(failed).toEqual([])
  })
})

test('the node that is called first makes the blocks, wherever its wallet stands in the file', {
  timeout: 60_000,
}, async () => {
  const { meta, transcripts } = parseTranscripts(readFileSync(excerpt, 'utf8'))
  const seeds = Object.fromEntries(Object.entries(meta.seeds).reverse())
  expect(Object.keys(seeds)[0]).not.toBe(transcripts[0]!.node)
  expect(await replayed({ meta: { seeds }, transcripts: transcripts.slice(0, 3) })).toEqual({ passed: 3, failed: [] })
})

test.each([
  ['another kind of file', { cases: [] }],
  ['no wallets', { transcripts: [] }],
  ['a call that is none', { meta: { seeds: {} }, transcripts: [null] }],
  [
    'a node without a wallet',
    {
      meta: { seeds: {} },
      transcripts: [{ n: 1, node: 'alice', request: 'block', varies: [], deterministic: true, response: null }],
    },
  ],
])('%s is no recording of calls', (_, content) => {
  expect(() => parseTranscripts(JSON.stringify(content))).toThrow(expect.objectContaining({ code: 'not-a-transcript' }))
})

test('a call that waits for its unit is mined on what came while it was signed', { timeout: 180_000 }, async () => {
  const { meta } = parseTranscripts(readFileSync(excerpt, 'utf8'))
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-transcripts-'))
  const phrase = meta.seeds.alice!.toUpperCase()
  const clock = { ms: Date.UTC(2026, 0, 1) }
  const node = await RecordedNode.start({ name: 'alice', phrase, folder, clock, random: seededBytes(1) })
  try {
    const [own] = node.interchangeable()[2]!
    node.begin(own!)
    for (let block = 1; block < 6; block++) await node.mineBlock()
    const before = node.tip
    const reply = await node.call(`send address:${own} amount:1 mine:true`, async () => {
      await node.mineBlock()
      await node.mineBlock()
    })
    expect(JSON.parse(reply)).toMatchObject({ status: true, response: { header: { block: String(before + 3) } } })
  } finally {
    await node.stop()
    await rm(folder, { recursive: true })
  }
})

const variable = (name: string): string => `\${${name}}`

test('a variable that nothing gave stands for what it stood for in the recording', async () => {
  const [first] = parseTranscripts(readFileSync(excerpt, 'utf8')).transcripts
  const { meta } = parseTranscripts(readFileSync(excerpt, 'utf8'))
  const call = {
    ...first!,
    request: 'hash data:0x0102 type:sha3',
    template: `hash data:${variable('somewhere')} type:${variable('kind')}`,
    varies: [],
    deterministic: true,
    response: { command: 'hash', params: { data: '0x0102', type: 'sha3' }, status: true, pending: false },
  }
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-transcripts-'))
  try {
    for await (const { differences } of replayTranscripts({ meta, transcripts: [call] }, { folder })) {
      expect(differences).toEqual([expect.stringContaining('got "members command,params,status,pending,response"')])
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

describe('comparing replies', () => {
  const transcript = (response: unknown, more: Partial<Transcript> = {}): Transcript => ({
    n: 1,
    group: '',
    node: 'alice',
    method: 'POST',
    request: '',
    varies: [],
    deterministic: true,
    response: response as Transcript['response'],
    ...more,
  })
  const compare = (recorded: Transcript, actual: unknown): string[] =>
    differences(recorded, actual as Transcript['response'], { sets: [new Set(['A', 'B'])] })

  test('names what differs: a value, a type, a member, their order, a length', () => {
    expect(compare(transcript({ a: '1' }), { a: '2' })).not.toEqual([])
    expect(compare(transcript({ a: '1' }), { a: 1 })).not.toEqual([])
    expect(compare(transcript({ a: '1' }), { a: '1', b: '2' })).not.toEqual([])
    expect(compare(transcript({ a: '1', b: '2' }), { b: '2', a: '1' })).not.toEqual([])
    expect(compare(transcript({ a: ['1'] }), { a: ['1', '2'] })).not.toEqual([])
    expect(compare(transcript({ a: null }), { a: {} })).not.toEqual([])
    expect(compare(transcript({ a: '1' }), { a: '1' })).toEqual([])
  })
  test('takes one address that was drawn for another, and none that was not', () => {
    expect(compare(transcript({ a: 'A' }), { a: 'B' })).toEqual([])
    expect(compare(transcript({ a: 'A' }), { a: 'C' })).toHaveLength(1)
  })
  test('insists on the type where a value may vary', () => {
    const varying = transcript({ a: '1' }, { varies: ['/a'], deterministic: false })
    expect(compare(varying, { a: '9' })).toEqual([])
    expect(compare(varying, { a: 9 })).toHaveLength(1)
  })
  test('takes any error for a Java exception, but not silence, and no other error for a written one', () => {
    expect(compare(transcript({ error: 'java.lang.Exception: x' }), { error: 'not a number' })).toEqual([])
    expect(compare(transcript({ error: 'java.lang.Exception: x' }), { error: '' })).toHaveLength(1)
    expect(compare(transcript({ error: 'Invalid action' }), { error: 'no such action' })).toHaveLength(1)
  })
  test('takes any number for a block or an age, even where two recordings had the same by luck, but no other type', () => {
    const recorded = transcript({ created: '11', age: '1', amount: '3' })
    expect(compare(recorded, { created: '10', age: '2', amount: '3' })).toEqual([])
    expect(compare(recorded, { created: 10, age: '2', amount: '4' })).toHaveLength(2)
  })
  test('takes any reply where the recorder had none', () => {
    expect(compare(transcript(null), { command: 'quit', status: true })).toEqual([])
  })
  test('insists that passwords are not echoed', () => {
    const recorded = transcript({ params: { password: 'secret' } })
    expect(compare(recorded, { params: { password: '***' } })).toEqual([])
    expect(compare(recorded, { params: { password: 'other' } })).toHaveLength(1)
  })
})
