import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MinimaNode } from '../src/node/node.ts'
import { Registry } from '../src/rpc/registry.ts'
import { RpcService } from '../src/rpc/rpc-service.ts'
import { createRandom } from './seeded-random.ts'

/** Stop the node, or work for seconds by design. */
const LEFT_OUT = new Set(['quit', 'restore', 'backup', 'vault', 'hashtest', 'txnlock', 'connect', 'ping'])
const SEED = 20_261_122
const CALLS = 1500
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const hex = 'AB'.repeat(32)

const VALUES = [
  '',
  ' ',
  '0',
  '-1',
  '1',
  '1e9',
  '1e400',
  '0.00000000000000000000000000000000000000000000001',
  '9'.repeat(400),
  'NaN',
  'true',
  'false',
  'auto',
  'custom',
  'all',
  'list',
  'add',
  'create',
  'info',
  '0x',
  '0x0',
  '0xZZ',
  `0x${hex}`,
  `0x${hex}`.slice(0, 40),
  `0x${hex.repeat(40)}`,
  'Mx',
  'MxG08',
  `Mx${'Z'.repeat(61)}`,
  '{}',
  '[]',
  '{"0":"1"}',
  '{"256":"x"}',
  '{"a":{"b":[1,2]}}',
  '["0x00:1"]',
  '["a","b"]',
  '[1,null]',
  `[${'['.repeat(600)}`,
  '"quoted text"',
  '../../etc/passwd',
  'x'.repeat(5000),
  'RETURN TRUE',
  '"LET x = 1 WHILE TRUE DO LET x = INC(x) ENDWHILE"',
  '__proto__',
  'constructor',
  '\u0000',
  'a\u0000b',
  '💡',
]

let node: MinimaNode
let service: RpcService
let folder: string
const failures: unknown[] = []

beforeAll(async () => {
  let nowMs = Date.UTC(2026, 0, 1)
  const now = (): number => nowMs
  folder = await mkdtemp(join(tmpdir(), 'minipolis-rpc-'))
  node = new MinimaNode({ network: 'dev', file: ':memory:', automine: 'off' }, { now, random })
  await node.start()
  service = new RpcService(node, { port: 0, folder }, { now, random, failed: (error) => failures.push(error) })
  for (let i = 0; i < 4; i++) {
    nowMs += node.blockTimeMs
    await node.mineBlock()
  }
})

afterAll(async () => {
  await service.stop()
  await node.stop()
  await rm(folder, { recursive: true })
})

test('whatever is asked, a command answers with JSON that says whether it was done', { timeout: 120_000 }, async () => {
  const dice = createRandom(SEED)
  const commands = (await new Registry().all()).filter(({ name }) => !LEFT_OUT.has(name))
  const any = <T>(list: readonly T[]): T => list[dice.below(list.length)]!
  for (let i = 0; i < CALLS; i++) {
    const command = commands[i % commands.length]!
    const given = command.parameters.filter(({ required }) => required === true || dice.below(3) === 0)
    const line = [command.name, ...given.map(({ name }) => `${name}:${any(VALUES)}`)].join(' ')
    const reply = JSON.parse(await service.run(line)) as Record<string, unknown>
    expect(reply, line).toHaveProperty('status')
    const isFailure = reply.status === false
    expect(isFailure && reply.error === undefined && reply.message === undefined, line).toBe(false)
  }
  expect(node.tip()!.number).toBeGreaterThanOrEqual(4)
})
