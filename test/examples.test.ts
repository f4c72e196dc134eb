import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEvidence, formatNoteKey } from '@minipolis/city'
import { type Server, startServer } from '@minipolis/server'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'

let place: string
let server: Server
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'minipolis-examples-'))
  server = await startServer(
    { folder: join(place, 'city'), httpPort: 0, mqtt: { host: '127.0.0.1', port: 0 }, version: '0.0.0' },
    { log: pino({ level: 'silent' }), now: Date.now },
  )
})
afterAll(async () => {
  await server.close()
  rmSync(place, { recursive: true, force: true })
})

/** Runs an example in a process of its own. */
const run = (name: string, ...args: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, '../examples', name), ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out, err })
    })
  })

test('the hand-made pack is taken, and the verifying example proves its readings, but not a changed file', async () => {
  const sent = await run('send-a-reading.ts', server.url, server.adminToken)
  expect(sent.err).toBe('')
  const [receipt, next] = sent.out.trimEnd().split('\n')
  const { stream, pack, count, state } = JSON.parse(receipt!) as Record<string, string>
  expect({ count, state }).toEqual({ count: 3, state: 'accepted' })
  expect(next).toBe(`the next pack of ${stream} begins with 4 and names ${pack}`)

  await server.city.log.checkpoint()
  const text = formatEvidence(await server.city.evidence({ stream: stream!, first: 2, last: 3 }))
  const file = join(place, 'evidence.json')
  writeFileSync(file, text)
  const logKey = formatNoteKey(server.city.log.key)
  const verified = await run('verify-evidence.ts', file, logKey)
  expect(verified).toMatchObject({ code: 0, err: '' })
  expect(verified.out).toContain(`${stream}@2`)
  expect(verified.out).toMatch(/ 18\.75 .*\n.* 19\.0 .*\nintact: true, complete: true\n$/)

  writeFileSync(file, text.replace('18.75', '18.76'))
  const changed = await run('verify-evidence.ts', file, logKey)
  expect(changed.code).toBe(1)
  expect(changed.out).toMatch(/FAIL +pack: .*\n(.*\n)*intact: false/)
})

test('the embedded node makes blocks and proves its coin', async () => {
  const ran = await run('embed-a-node.ts', join(place, 'node.sqlite'))
  expect(ran).toMatchObject({ code: 0, err: '' })
  expect(ran.out).toMatch(/^block \d+ 0x[0-9A-F]{64}$/m)
  expect(ran.out).toMatch(/says \[street lamp 12 repaired\]\nproven to block \d+ in \d+ steps\n$/)
})
